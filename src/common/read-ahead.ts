/**
 * Reads batches until the last one; while one is being used, the next is on its way.
 * @param fetch - asks for the batch behind the one that is given, which is empty at first; never called before that has come
 * @param isLast - whether no batch follows this one
 * @returns the batches that are not empty; whoever stops early waits for the one that is on its way, so that its source is free
 */
export async function* readAhead<T>(
  fetch: (previous: readonly T[]) => Promise<readonly T[]>,
  isLast: (batch: readonly T[]) => boolean,
): AsyncGenerator<readonly T[]> {
  const ask = (previous: readonly T[]): Promise<readonly T[]> => {
    const batch = fetch(previous);
    // It may fail before anybody waits for it.
    batch.catch(() => undefined);
    return batch;
  };
  let next = ask([]);
  try {
    for (;;) {
      const batch = await next;
      const ends = isLast(batch);
      if (!ends) next = ask(batch);
      if (batch.length > 0) yield batch;
      if (ends) return;
    }
  } finally {
    await next.catch(() => undefined);
  }
}
