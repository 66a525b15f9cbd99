import { isSpanContextValid, trace, type Context } from '@opentelemetry/api';
import type { TraceIds } from './logging.js';

/** Where a request carries the context of its span. */
const SPAN_CONTEXT = Symbol('span');

type WithSpan = object & { [SPAN_CONTEXT]?: Context };

/** Remembers the context in which a request's span is the active one. */
export function setRequestSpan(request: object, context: Context): void {
  (request as WithSpan)[SPAN_CONTEXT] = context;
}

/** The context in which a request's span is the active one; undefined while requests are not traced. */
export function requestSpanContext(request: object): Context | undefined {
  return (request as WithSpan)[SPAN_CONTEXT];
}

/** The ids of a request's span, sampled or not, for its access line (telemetry spec 5). */
export function requestTraceIds(request: object): TraceIds {
  const context = requestSpanContext(request);
  const span = context && trace.getSpanContext(context);
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
