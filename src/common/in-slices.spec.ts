import { describe, expect, it } from 'vitest';
import { atOnce, inSlices, withStops, type Steps } from './in-slices.js';

function* counting(count: number): Steps<number> {
  let sum = 0;
  yield* withStops(Array.from({ length: count }).keys(), (index) => (sum += index));
  return sum;
}

/** Needs about as many milliseconds as it is told. */
function* working(ms: number): Steps<string> {
  const end = performance.now() + ms;
  while (performance.now() < end) yield;
  return 'done';
}

describe('inSlices', () => {
  it.each([0, 1, 499, 500, 501, 20_000])('computes what is computed at once (%d elements)', async (count) => {
    const expected = (count * (count - 1)) / 2;

    expect(atOnce(counting(count))).toBe(count === 0 ? 0 : expected);
    expect(await inSlices(counting(count))).toBe(count === 0 ? 0 : expected);
  });

  it('lets the event loop turn while it computes', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);

    const result = await inSlices(working(100));
    clearInterval(timer);

    expect(result).toBe('done');
    expect(turns).toBeGreaterThan(1);
  });

  it('fails as the computation does', async () => {
    function* failing(): Steps<never> {
      yield;
      throw new Error('no more');
    }

    await expect(inSlices(failing())).rejects.toThrow('no more');
    expect(() => atOnce(failing())).toThrow('no more');
  });
});
