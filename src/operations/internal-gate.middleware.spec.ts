import { describe, expect, it, vi } from 'vitest';
import { newExchange, replyWithJson } from '../../test/harness/exchange.js';
import { RouteTable } from '../common/http/route-table.js';
import { createInternalGate } from './internal-gate.middleware.js';

const ROUTES = new RouteTable([
  { pattern: '/health', methods: new Set(['GET']) },
  { pattern: '/metrics', methods: new Set(['GET', 'POST', 'PUT']) },
]);

describe('the gate of the internal listener', () => {
  it.each([
    ['GET', '/health', undefined],
    ['HEAD', '/health?x=1', undefined],
    ['PUT', '/metrics', undefined],
    ['DELETE', '/metrics', undefined],
    ['POST', '/health', 405],
    ['OPTIONS', '/health', 405],
    ['GET', '/health/', 404],
    ['GET', '/Health', 404],
    ['GET', '/v1/sources', 404],
    ['POST', '/', 404],
  ])('%s %s', (method, url, refusal) => {
    const { request, response } = newExchange({ method, url });
    const next = vi.fn();

    void createInternalGate(() => ROUTES, replyWithJson)(request, response, next);

    expect(next).toHaveBeenCalledTimes(refusal === undefined ? 1 : 0);
    expect(response.writableEnded ? response.statusCode : undefined).toBe(refusal);
    expect(response.getHeader('Allow')).toBe(refusal === 405 ? 'GET, HEAD' : undefined);
  });
});
