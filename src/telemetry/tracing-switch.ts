let tracing = false;

/** Whether spans are made at all; asked before anything is spent on them. */
export function isTracing(): boolean {
  return tracing;
}

/** Set once, when telemetry starts. */
export function setTracing(on: boolean): void {
  tracing = on;
}
