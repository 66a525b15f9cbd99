/**
 * Makes a function that runs the work, never twice at once: calls during a run share one more run after it.
 * @returns a function whose promise settles as a run does that began after the call
 */
export function coalesce(work: () => Promise<void>): () => Promise<void> {
  let settled: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;
  return () => {
    queued ??= settled.then(() => {
      queued = undefined;
      const run = work();
      settled = run.catch(() => undefined);
      return run;
    });
    return queued;
  };
}
