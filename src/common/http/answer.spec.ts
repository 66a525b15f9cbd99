import { describe, expect, it } from 'vitest';
import { newExchange } from '../../../test/harness/exchange.js';
import { answeredStatus, CLIENT_GONE, responseBytes, setBodyLength } from './answer.js';

describe('an answer', () => {
  it.each([
    ['GET', 200, '12', 12],
    ['GET', 404, 12, 12],
    ['HEAD', 200, '12', 0],
    ['GET', 304, '12', 0],
    ['DELETE', 204, undefined, 0],
    ['GET', 200, undefined, 0],
  ])('to %s with %i and the length %s has so many bytes: %i', (method, status, length, bytes) => {
    const { request, response } = newExchange({ method });
    response.statusCode = status;
    if (length !== undefined) response.setHeader('Content-Length', length);

    expect(responseBytes(request, response)).toBe(bytes);
  });

  it('has as many bytes as its sender said', () => {
    const { request, response } = newExchange();
    setBodyLength(response, 5);

    expect(responseBytes(request, response)).toBe(5);
  });

  it('has the status that was sent, and another one when nothing was', () => {
    const { response } = newExchange();
    response.statusCode = 201;
    const before = answeredStatus(response);

    response.writeHead(201);

    expect([before, answeredStatus(response)]).toEqual([CLIENT_GONE, 201]);
  });
});
