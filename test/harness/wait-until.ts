import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves with the first value of `ask` that is truthy; what it throws counts as "not yet". */
export async function waitUntil<T>(ask: () => Promise<T> | T, limitMs = 10_000): Promise<T> {
  let last: unknown;
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(20)) {
    try {
      const value = await ask();
      if (value) return value;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`condition not met within ${limitMs} ms`, { cause: last });
}
