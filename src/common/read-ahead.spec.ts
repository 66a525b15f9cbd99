import { describe, expect, it } from 'vitest';
import { readAhead } from './read-ahead.js';

/** Batches of a list, and what was asked for. */
function newSource(batches: readonly (readonly number[])[]) {
  const asked: number[][] = [];
  let index = 0;
  const fetch = (previous: readonly number[]): Promise<readonly number[]> => {
    asked.push([...previous]);
    const batch = batches[index++];
    return batch ? Promise.resolve(batch) : Promise.reject(new Error('nothing left'));
  };
  return { asked, fetch };
}

const isShort = (batch: readonly number[]): boolean => batch.length < 2;

describe('readAhead', () => {
  it.each([
    [
      [[1, 2], [3, 4], [5]],
      [[1, 2], [3, 4], [5]],
    ],
    [[[1, 2], []], [[1, 2]]],
    [[[]], []],
  ])('gives all batches of %j that hold something', async (batches, expected) => {
    const given: (readonly number[])[] = [];

    for await (const batch of readAhead(newSource(batches).fetch, isShort)) given.push(batch);

    expect(given).toEqual(expected);
  });

  it('has asked for the next batch when it gives one, behind the one before', async () => {
    const { fetch, asked } = newSource([[1, 2], [3, 4], [5]]);

    const reading = readAhead(fetch, isShort);
    await reading.next();

    expect(asked).toEqual([[], [1, 2]]);
    await reading.return(undefined);
    expect(asked).toHaveLength(2);
  });

  it('fails when its turn has come, and leaves nothing unhandled when nobody waits', async () => {
    const failing = readAhead(newSource([[1, 2]]).fetch, isShort);
    expect((await failing.next()).value).toEqual([1, 2]);
    await expect(failing.next()).rejects.toThrow('nothing left');

    const left = readAhead(newSource([[1, 2]]).fetch, isShort);
    await left.next();
    await expect(left.return(undefined)).resolves.toEqual({ done: true, value: undefined });
  });
});
