/**
 * Waits for a piece of work, but not longer than so many milliseconds; the work goes on.
 * @returns its result, or undefined when it takes longer
 */
export async function atMost<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
