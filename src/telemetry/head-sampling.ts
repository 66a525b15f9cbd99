import { createContextKey, ROOT_CONTEXT, trace, TraceFlags, type Context, type Span } from '@opentelemetry/api';
import { randomIds } from './random-ids.js';

const CHOSEN = createContextKey('chosen to be sampled');

/** The context of a trace that begins, and is to be kept. */
const CHOSEN_ROOT = ROOT_CONTEXT.setValue(CHOSEN, true);

/** Whether it was decided, before its first span was started, that a trace is kept. */
export function isChosen(context: Context): boolean {
  return context.getValue(CHOSEN) === true;
}

/**
 * Begins a trace, deciding first whether it is kept: of most that is not so, and then a pair of ids is all there is of its
 * span, for a tenth of what a tracer does to come to the same.
 * @param ratio - how many of all traces are kept, 0 to 1
 * @param start - starts the span of a trace that is kept, in the given context
 */
export function beginTrace(ratio: number, start: (context: Context) => Span): Span {
  if (Math.random() < ratio) return start(CHOSEN_ROOT);
  return trace.wrapSpanContext({
    traceId: randomIds.generateTraceId(),
    spanId: randomIds.generateSpanId(),
    traceFlags: TraceFlags.NONE,
  });
}
