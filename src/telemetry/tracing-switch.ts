import { context } from '@opentelemetry/api';

let tracing = false;

/** Whether spans are made at all; asked before anything is spent on them. */
export function isTracing(): boolean {
  return tracing;
}

/** Set once, when telemetry starts. */
export function setTracing(on: boolean): void {
  tracing = on;
}

/** Makes a callback run within the span that is active now, also when an event calls it later. */
export function bindToActiveSpan<T extends () => void>(callback: T): T {
  return tracing ? context.bind(context.active(), callback) : callback;
}
