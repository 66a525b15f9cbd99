import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it, vi } from 'vitest';
import { newRoutedExchange, replyWithJson, type Exchange } from '../../../test/harness/exchange.js';
import {
  AuthenticationError,
  BadGatewayError,
  ConflictError,
  DatabaseUnavailableError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  OperationFailedError,
  PayloadTooLargeError,
  RequestTimeoutError,
  UnavailableError,
} from '../errors.js';
import { describeError, DomainExceptionFilter } from './domain-exception.filter.js';

const SECRET = new Error('SELECT password FROM account');

describe('describeError', () => {
  it.each([
    [new InvalidInputError('name: expected a text'), 400, 'name: expected a text'],
    [new AuthenticationError('no token'), 401, 'no token'],
    [new ForbiddenError('not yours'), 403, 'not yours'],
    [new NotFoundError('no such source'), 404, 'no such source'],
    [new ConflictError('there already'), 409, 'there already'],
    [new PayloadTooLargeError('too large'), 413, 'too large'],
    [new BadGatewayError('upstream is away'), 502, 'upstream is away'],
    [new UnavailableError('not ready'), 503, 'not ready'],
    [new BadRequestException('odd'), 400, 'odd'],
    [new NotFoundException('Cannot GET /x'), 404, 'not found'],
    [new HttpException('SELECT 1', 500), 500, 'internal server error'],
    [new OperationFailedError('failed to list', { cause: SECRET }), 500, 'failed to list'],
    [SECRET, 500, 'internal server error'],
    ['a text', 500, 'internal server error'],
    [undefined, 500, 'internal server error'],
  ])('of %s is %i %s', (error, status, message) => {
    expect(describeError(error)).toEqual({ status, message });
  });
});

describe('DomainExceptionFilter', () => {
  const report = vi.fn();

  function answer(error: unknown, { response }: Exchange = newRoutedExchange()): Exchange['response'] {
    report.mockClear();
    const adapterHost = { httpAdapter: { reply: replyWithJson } } as unknown as HttpAdapterHost;
    new DomainExceptionFilter(adapterHost, report).answer(error, response);
    return response;
  }

  it.each([
    [new InvalidInputError('x'), 400, { reported: 0 }],
    [new PayloadTooLargeError('x'), 413, { reported: 0, connection: 'close' }],
    [new DatabaseUnavailableError(), 503, { reported: 1, retryAfter: 5 }],
    [new RequestTimeoutError(), 503, { reported: 1 }],
    [SECRET, 500, { reported: 1 }],
  ])('answers %s with %i', (error, status, { reported, ...headers }: Record<string, unknown>) => {
    const response = answer(error);

    expect(response.statusCode).toBe(status);
    expect(report.mock.calls).toEqual(reported === 0 ? [] : [[error, { id: 'id-1' }]]);
    expect(response.getHeader('Connection')).toBe(headers['connection']);
    expect(response.getHeader('Retry-After')).toBe(headers['retryAfter']);
  });

  it('reports what fails after the answer has begun, and adds nothing to it', () => {
    const exchange = newRoutedExchange();
    exchange.response.setHeader('X-Request-Id', 'id-1');
    vi.spyOn(exchange.response, 'headersSent', 'get').mockReturnValue(true);

    const response = answer(SECRET, exchange);

    expect([response.statusCode, response.writableEnded, report.mock.calls.length]).toEqual([200, false, 1]);
  });
});
