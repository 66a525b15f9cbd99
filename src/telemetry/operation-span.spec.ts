import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failActiveSpan, traceFetch, traceOperation, tracePass } from './operation-span.js';
import { setTracing } from './tracing-switch.js';

const exporter = new InMemorySpanExporter();

const onlySpan = (): ReadableSpan => {
  const spans = exporter.getFinishedSpans();
  expect(spans).toHaveLength(1);
  return spans[0]!;
};

describe('spans of operations', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
    setTracing(true);
  });
  afterEach(() => {
    exporter.reset();
    setTracing(true);
  });
  afterAll(() => setTracing(false));

  it('carry what is known before and what the result tells', async () => {
    const count = await traceOperation(
      'ListServers',
      { 'registry.name': 'r' },
      async () => 3,
      (n) => ({ 'result.count': n }),
    );

    expect(count).toBe(3);
    expect(onlySpan()).toMatchObject({
      name: 'dbService.ListServers',
      attributes: { 'db.system': 'postgresql', 'registry.name': 'r', 'result.count': 3 },
      status: { code: SpanStatusCode.UNSET },
    });
  });

  it('leave synchronous work synchronous', () => {
    expect(traceOperation('ListSkills', {}, () => 'now')).toBe('now');
    onlySpan();
  });

  it.each([
    [
      'synchronous',
      () => {
        throw new Error('no', { cause: new TypeError('because') });
      },
    ],
    ['asynchronous', () => Promise.reject(new Error('no', { cause: new TypeError('because') }))],
  ])('say that %s work failed, and why, with a fixed description', async (_kind, work: () => unknown) => {
    await expect((async () => traceOperation('GetServerVersion', {}, work, () => ({ never: true })))()).rejects.toThrow(
      'no',
    );

    const { status, events, attributes } = onlySpan();
    expect(status).toEqual({ code: SpanStatusCode.ERROR, message: 'operation failed' });
    expect(events[0]?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'because' });
    expect(attributes).not.toHaveProperty('never');
  });

  it('are roots for passes, with their fetches inside', async () => {
    await traceOperation('CreateSource', {}, () =>
      tracePass(
        { 'source.name': 's' },
        () => traceFetch('git', async () => 'read'),
        () => ({ 'sync.success': true }),
      ),
    );

    const [fetch, pass, operation] = exporter.getFinishedSpans();
    expect(fetch).toMatchObject({ name: 'sync.fetch', attributes: { 'source.type': 'git' } });
    expect(fetch?.parentSpanContext?.spanId).toBe(pass?.spanContext().spanId);
    expect(pass).toMatchObject({ name: 'sync.performRegistrySync', attributes: { 'sync.success': true } });
    expect(pass?.parentSpanContext).toBeUndefined();
    expect(pass?.links.map(({ context: { spanId } }) => spanId)).toEqual([operation?.spanContext().spanId]);
  });

  it('describe a pass that was given up as well', async () => {
    const given = tracePass(
      {},
      () => Promise.reject(new Error('stopping')),
      (outcome) => ({ 'sync.success': outcome !== undefined }),
    );

    await expect(given).rejects.toThrow('stopping');
    expect(onlySpan()).toMatchObject({
      attributes: { 'sync.success': false },
      status: { code: SpanStatusCode.ERROR, message: 'operation failed' },
    });
  });

  it('can be marked as failed without anything being thrown', async () => {
    await tracePass(
      {},
      async () => failActiveSpan(new Error('lost')),
      () => ({ 'sync.success': false }),
    );

    expect(onlySpan().status.code).toBe(SpanStatusCode.ERROR);
  });

  it('are not made while tracing is off', async () => {
    setTracing(false);

    expect(traceOperation('ListServers', {}, () => 1)).toBe(1);
    expect(await traceFetch('api', async () => 2)).toBe(2);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
