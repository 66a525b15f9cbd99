import { describe, expect, it } from 'vitest';
import { coalesce } from './coalesce.js';

/** Work that ends when told to; counts how often it was begun and how often at once. */
function newWork() {
  const runs: PromiseWithResolvers<void>[] = [];
  let active = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    most = Math.max(most, ++active);
    await run.promise.finally(() => active--);
  };
  return { work, runs, mostAtOnce: () => most };
}

const aWhile = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('coalesce', () => {
  it('runs the work for a call', async () => {
    const { work, runs } = newWork();
    const call = coalesce(work);

    const done = call();
    await aWhile();
    runs[0]!.resolve();

    await expect(done).resolves.toBeUndefined();
  });

  it('lets calls during a run share one run after it', async () => {
    const { work, runs, mostAtOnce } = newWork();
    const call = coalesce(work);
    const first = call();
    await aWhile();

    const later = [call(), call(), call()];
    await aWhile();

    expect(runs).toHaveLength(1);
    runs[0]!.resolve();
    await first;
    await aWhile();
    expect(runs).toHaveLength(2);
    runs[1]!.resolve();
    await Promise.all(later);
    expect(runs).toHaveLength(2);
    expect(mostAtOnce()).toBe(1);
  });

  it('never settles a call by a run that began before it', async () => {
    const { work, runs } = newWork();
    const call = coalesce(work);
    void call();
    await aWhile();
    let isSettled = false;

    const second = call().finally(() => (isSettled = true));
    runs[0]!.resolve();
    await aWhile();

    expect(isSettled).toBe(false);
    runs[1]!.resolve();
    await second;
  });

  it('never runs twice at once, whenever calls come', async () => {
    const { work, runs, mostAtOnce } = newWork();
    const call = coalesce(work);
    const calls = [call()];
    await aWhile();

    calls.push(call());
    runs[0]!.resolve();
    // Between the end of a run and the begin of the next one there are several turns of the microtask queue.
    for (let turn = 0; turn < 10; turn++) {
      await Promise.resolve();
      calls.push(call());
    }
    while (runs.length < 3) {
      for (const run of runs) run.resolve();
      await aWhile();
    }
    for (const run of runs) run.resolve();
    await Promise.all(calls);

    expect(mostAtOnce()).toBe(1);
  });

  it('goes on after a failure, which only its own callers see', async () => {
    const { work, runs } = newWork();
    const call = coalesce(work);
    const first = call();
    await aWhile();
    const second = call();

    runs[0]!.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await aWhile();
    runs[1]!.resolve();

    await expect(second).resolves.toBeUndefined();
  });
});
