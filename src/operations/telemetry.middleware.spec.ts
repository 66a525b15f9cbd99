import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { newRoute, newRoutedExchange } from '../../test/harness/exchange.js';
import type { HttpMetrics } from '../telemetry/http-metrics.js';
import { createMetricsMiddleware, createTracingMiddleware } from './telemetry.middleware.js';

const ROUTE = newRoute('/v1/sources/{name}', ['GET', 'PUT'], { name: 'a%2Fb' });
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe('the span of a request', () => {
  const exporter = new InMemorySpanExporter();

  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  });
  afterEach(() => exporter.reset());

  function spanOf(parts: Parameters<typeof newRoutedExchange>[0], status?: number) {
    const { request, response } = newRoutedExchange(parts);
    const active: (string | undefined)[] = [];
    void createTracingMiddleware(1)(request, response, () => {
      active.push(trace.getActiveSpan()?.spanContext().spanId);
    });
    if (status !== undefined) response.writeHead(status).end();
    expect(exporter.getFinishedSpans()).toEqual([]);
    response.emit('close');
    const [span, ...others] = exporter.getFinishedSpans();
    expect([others, active]).toEqual([[], [span?.spanContext().spanId]]);
    return span!;
  }

  it('says what was asked for, and is a child of the caller', () => {
    const headers = { 'user-agent': 'x'.repeat(300), traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };

    const span = spanOf({ method: 'PUT', rawPath: '/v1/sources/a%2Fb', route: ROUTE, headers }, 201);

    expect(span.name).toBe('PUT /v1/sources/{name}');
    expect([span.kind, span.spanContext().traceId]).toEqual([SpanKind.SERVER, TRACE_ID]);
    expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(span.attributes).toEqual({
      'http.request.method': 'PUT',
      'url.path': '/v1/sources/a/b',
      'http.route': '/v1/sources/{name}',
      'user_agent.original': 'x'.repeat(256),
      'http.response.status_code': 201,
    });
  });

  it.each(['', 'nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `00-${TRACE_ID}-${'0'.repeat(16)}-01`])(
    'starts a trace of its own after the traceparent %j',
    (traceparent) => {
      const span = spanOf({ headers: { traceparent } }, 200);

      expect(span.parentSpanContext).toBeUndefined();
      expect(span.spanContext().traceId).not.toBe(TRACE_ID);
    },
  );

  it.each([
    [200, { code: SpanStatusCode.OK }],
    [204, { code: SpanStatusCode.OK }],
    [304, { code: SpanStatusCode.OK }],
    [400, { code: SpanStatusCode.UNSET }],
    [404, { code: SpanStatusCode.UNSET }],
    [500, { code: SpanStatusCode.ERROR, message: 'Internal Server Error' }],
    [503, { code: SpanStatusCode.ERROR, message: 'Service Unavailable' }],
    [undefined, { code: SpanStatusCode.UNSET }],
  ])('has after an answer %s the status %j', (answer, status) => {
    const span = spanOf({ route: ROUTE }, answer);

    expect(span.status).toEqual(status);
    expect(span.attributes['http.response.status_code']).toBe(answer ?? 499);
  });

  it.each([
    ['GET', '/nope', 'GET unknown_route'],
    ['GET', '/v1/nope/x', 'GET /v1/*'],
    ['GET', '/registry/r/nope', 'GET /registry/*'],
  ])('never carries a path in its name: %s %s', (method, rawPath, name) => {
    expect(spanOf({ method, rawPath }, 404).name).toBe(name);
  });
});

describe('the metrics of a request', () => {
  const begin = vi.fn<HttpMetrics['begin']>();
  const end = vi.fn<HttpMetrics['end']>();
  const metrics = { begin, end } as unknown as HttpMetrics;

  afterEach(() => void vi.clearAllMocks());

  it.each([
    ['GET', {}, 200, ['GET', 'http', '/v1/sources/{name}', 200]],
    ['PUT', { 'x-forwarded-proto': 'HTTPS, http' }, 201, ['PUT', 'https', '/v1/sources/{name}', 201]],
    ['GET', { 'x-forwarded-proto': 'ftp' }, 503, ['GET', 'http', '/v1/sources/{name}', 503]],
    ['PROPFIND', {}, 405, ['_OTHER', 'http', 'unknown_route', 405]],
    ['GET', {}, undefined, ['GET', 'http', '/v1/sources/{name}', 499]],
  ])('%s with %j that ends with %s', (method, headers, status, expected) => {
    const { request, response } = newRoutedExchange({
      method,
      headers,
      route: ROUTE,
      startedAt: performance.now() - 500,
    });
    const next = vi.fn();

    void createMetricsMiddleware(metrics)(request, response, next);
    expect(next).toHaveBeenCalledOnce();
    expect(begin.mock.calls).toEqual([expected.slice(0, 2)]);
    expect(end).not.toHaveBeenCalled();
    if (status !== undefined) response.writeHead(status).end();
    response.emit('close');

    expect(end.mock.calls.map((call) => call.slice(0, 4))).toEqual([expected]);
    expect(end.mock.calls[0]?.[4]).toBeGreaterThanOrEqual(0.5);
    expect(end.mock.calls[0]?.[4]).toBeLessThan(5);
  });
});
