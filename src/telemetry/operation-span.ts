import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import { SCOPES } from './scopes.js';
import { isTracing } from './tracing-switch.js';

function fail(span: Span, error: unknown): void {
  const thrown = error instanceof Error ? error : new Error(String(error));
  // What the caller is told may be short on purpose; the cause says what happened.
  span.recordException(thrown.cause instanceof Error ? thrown.cause : thrown);
  // The message may hold names of a tenant's entries; the fixed text is what alerts group by.
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'operation failed' });
}

/** What only the result of an operation tells. */
type Describe<T> = (result: Awaited<T>) => Attributes;

function finish<T>(span: Span, result: Awaited<T>, describe: Describe<T> | undefined): Awaited<T> {
  if (describe) span.setAttributes(describe(result));
  span.end();
  return result;
}

function runInSpan<T>(span: Span, work: () => T, describe?: Describe<T>): T {
  const failed = (error: unknown): never => {
    fail(span, error);
    span.end();
    throw error;
  };
  try {
    const result = context.with(trace.setSpan(context.active(), span), work);
    if (result instanceof Promise) {
      return result.then((value: Awaited<T>) => finish(span, value, describe), failed) as T;
    }
    return finish(span, result as Awaited<T>, describe);
  } catch (error) {
    return failed(error);
  }
}

/** Whether what happens now becomes part of a trace that is kept. */
export function isInRecordedSpan(): boolean {
  return isTracing() && trace.getActiveSpan()?.isRecording() === true;
}

/**
 * Runs one operation of a service inside its span `dbService.<operation>` (telemetry spec 3.2). Costs nothing while
 * tracing is off, or within a trace that is not kept.
 * @param attributes - in addition to `db.system`
 * @param describe - attributes that only the result gives, such as `result.count`; not called on failure
 * @returns what the work returns, synchronously when the work is synchronous
 * @throws what the work throws
 */
export function traceOperation<T>(operation: string, attributes: Attributes, work: () => T, describe?: Describe<T>): T {
  if (!isTracing() || trace.getActiveSpan()?.isRecording() === false) return work();
  const span = trace.getTracer(SCOPES.service).startSpan(`dbService.${operation}`, {
    kind: SpanKind.INTERNAL,
    attributes: { 'db.system': 'postgresql', ...attributes },
  });
  return runInSpan(span, work, describe);
}

/**
 * Runs one synchronisation pass inside the root span `sync.performRegistrySync` (telemetry spec 3.3), linked to the span
 * that is active now.
 * @param describe - attributes of the outcome, `sync.success` among them; of undefined when there is none, because the
 *   work threw
 */
export function tracePass<T>(
  attributes: Attributes,
  work: () => Promise<T>,
  describe: (result: T | undefined) => Attributes,
): Promise<T> {
  if (!isTracing()) return work();
  // A trace of its own by contract; the request that asked for the pass can still be found from it.
  const cause = trace.getSpanContext(context.active());
  const span = trace.getTracer(SCOPES.syncTraces).startSpan('sync.performRegistrySync', {
    kind: SpanKind.INTERNAL,
    root: true,
    attributes,
    links: cause ? [{ context: cause }] : [],
  });
  const described = (): Promise<T> =>
    work().catch((error: unknown) => {
      span.setAttributes(describe(undefined));
      throw error;
    });
  return runInSpan<Promise<T>>(span, described, describe);
}

/**
 * Runs the reading of a source inside the span `sync.fetch`, a child of the pass.
 * @param kind - of the source; its address is left out, since it may hold a password
 */
export function traceFetch<T>(kind: string, work: () => Promise<T>): Promise<T> {
  if (!isTracing()) return work();
  const span = trace
    .getTracer(SCOPES.syncTraces)
    .startSpan('sync.fetch', { kind: SpanKind.INTERNAL, attributes: { 'source.type': kind } });
  return runInSpan<Promise<T>>(span, work);
}

/** Runs one catching up of the catalogue with the database inside the span `catalog.refresh`. */
export function traceRefresh<T>(work: () => Promise<T>): Promise<T> {
  if (!isTracing()) return work();
  const span = trace.getTracer(SCOPES.catalog).startSpan('catalog.refresh', { kind: SpanKind.INTERNAL });
  return runInSpan<Promise<T>>(span, work);
}

/** Marks the active span as failed without an error having been thrown, as for a pass that ends as failed. */
export function failActiveSpan(error: unknown): void {
  const span = isTracing() ? trace.getActiveSpan() : undefined;
  if (span) fail(span, error);
}
