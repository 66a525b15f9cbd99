import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newExchange, replyWithJson, type Exchange, type RequestParts } from '../../test/harness/exchange.js';
import { settleHeaders } from '../common/http/answer-head.js';
import { requestContext, type RequestContext } from '../common/http/request-context.js';
import { RouteTable } from '../common/http/route-table.js';
import { createRequestMiddleware, PROCESSING_LIMIT_MS } from './request.middleware.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ROUTES = new RouteTable([
  { pattern: '/v1/sources/{name}', methods: new Set(['GET']) },
  { pattern: '/registry/{registryName}/v0.1/x/dev.toolhive/skills', methods: new Set(['GET']) },
]);

describe('the first middleware', () => {
  const reply = vi.fn(replyWithJson);

  beforeEach(() => {
    vi.useFakeTimers();
    reply.mockClear();
  });
  afterEach(() => void vi.useRealTimers());

  function pass(parts: RequestParts, next: () => void = () => undefined): Exchange & { context: RequestContext } {
    const exchange = newExchange(parts);
    void createRequestMiddleware(() => ROUTES, reply)(exchange.request, exchange.response, next);
    if (!exchange.response.headersSent) settleHeaders(exchange.response);
    return { ...exchange, context: requestContext(exchange.request) };
  }

  it.each(['a', 'trace-4711', 'vm/Rsqw5f-000002', 'A.b_c+d=e:f-g/h', 'x'.repeat(128)])('keeps the id %s', (id) => {
    const { context, response } = pass({ headers: { 'x-request-id': id } });

    expect([context.requestId, response.getHeader('X-Request-Id')]).toEqual([id, id]);
  });

  it.each([undefined, '', ' ', 'x'.repeat(129), 'a b', 'a,b', 'a\tb', '<a>', 'ü', '"a"', 'a;b', ['a', 'b']])(
    'replaces the id %j',
    (id) => {
      const { context, response } = pass({ headers: { 'x-request-id': id as string } });

      expect(context.requestId).toMatch(UUID);
      expect(response.getHeader('X-Request-Id')).toBe(context.requestId);
    },
  );

  it.each([
    ['/v1/sources/a', '/v1/sources/a', '/v1/sources/a', '/v1/sources/{name}'],
    ['/v1/sources/a?b=/c/', '/v1/sources/a?b=/c/', '/v1/sources/a', '/v1/sources/{name}'],
    ['/v1/sources/a/', '/v1/sources/a/', '/v1/sources/a/', undefined],
    ['/V1/sources/a', '/V1/sources/a', '/V1/sources/a', undefined],
    ['http://host:8080/v1/sources/a?b', '/v1/sources/a?b', '/v1/sources/a', '/v1/sources/{name}'],
    ['HTTPS://host/v1/sources/a', '/v1/sources/a', '/v1/sources/a', '/v1/sources/{name}'],
    ['http://host', '/', '/', undefined],
    ['http://host?x', '/?x', '/', undefined],
    ['*', '*', '*', undefined],
    ['//host/v1/sources/a', '//host/v1/sources/a', '//host/v1/sources/a', undefined],
    [
      '/registry/r/v0.1/x/dev.toolhive/skills/?q=1',
      '/registry/r/v0.1/x/dev.toolhive/skills?q=1',
      '/registry/r/v0.1/x/dev.toolhive/skills/',
      '/registry/{registryName}/v0.1/x/dev.toolhive/skills',
    ],
    ['/registry/r/v0.1/x/dev.toolhive/skills//', undefined, '/registry/r/v0.1/x/dev.toolhive/skills//', undefined],
  ])('takes %s to its route', (url, handed = url, rawPath, pattern) => {
    const { request, context } = pass({ url });

    expect([request.url, context.rawPath, context.route?.pattern]).toEqual([handed, rawPath, pattern]);
  });

  it.each([
    ['/registry/r/v0.1/servers', '*'],
    ['/v1/sources/a', undefined],
  ])('sets the headers of every answer to %s', (url, origin) => {
    const { response } = pass({ url });

    expect(response.getHeaders()).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(response.getHeader('Access-Control-Allow-Origin')).toBe(origin);
  });

  it('answers 503 when the processing limit is over, and stops the work', () => {
    const { response, context } = pass({});
    const { signal } = context;

    vi.advanceTimersByTime(PROCESSING_LIMIT_MS - 1);
    expect([reply.mock.calls.length, signal.aborted]).toEqual([0, false]);
    vi.advanceTimersByTime(1);

    expect([response.statusCode, reply.mock.calls.length, signal.aborted]).toEqual([503, 1, true]);
  });

  it('leaves an answer that is being sent alone when the limit is over, and stops the work', () => {
    const { response, context } = pass({});
    response.writeHead(200);

    vi.advanceTimersByTime(PROCESSING_LIMIT_MS);

    expect([response.statusCode, reply.mock.calls.length, context.signal.aborted]).toEqual([200, 0, true]);
  });

  it('stops the work when the client has gone', () => {
    const { response, context } = pass({});

    response.emit('close');

    expect(context.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes no time for what is answered at once', () => {
    const exchange = newExchange();
    const next = (): void => void exchange.response.end();

    void createRequestMiddleware(() => ROUTES, reply)(exchange.request, exchange.response, next);

    expect(vi.getTimerCount()).toBe(0);
  });
});
