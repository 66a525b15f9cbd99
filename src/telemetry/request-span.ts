import { trace, type Context, type Span } from '@opentelemetry/api';

/** Where a request carries its span. */
const SPAN = Symbol('span');

interface StartedSpan {
  readonly span: Span;
  /** The context that it was started in. */
  readonly parent: Context;
}

type WithSpan = object & { [SPAN]?: StartedSpan };

/** Remembers the span of a request, and the context that it was started in. */
export function setRequestSpan(request: object, span: Span, parent: Context): void {
  (request as WithSpan)[SPAN] = { span, parent };
}

/** The span of a request, sampled or not; undefined while requests are not traced. */
export function requestSpan(request: object): Span | undefined {
  return (request as WithSpan)[SPAN]?.span;
}

/** The context in which a request's span is the active one; undefined while requests are not traced. */
export function requestSpanContext(request: object): Context | undefined {
  const started = (request as WithSpan)[SPAN];
  return started && trace.setSpan(started.parent, started.span);
}
