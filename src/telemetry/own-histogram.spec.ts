import { describe, expect, it } from 'vitest';
import { HistogramPoint } from './own-histogram.js';

describe('a point of a histogram', () => {
  it.each([
    [0, [1, 0, 0]],
    [0.1, [1, 0, 0]],
    [0.11, [0, 1, 0]],
    [1, [0, 1, 0]],
    [1.5, [0, 0, 1]],
  ])('puts %s into its bucket, upper bounds included', (value, counts) => {
    const point = new HistogramPoint({}, [0.1, 1]);

    point.record(value);

    expect(point.counts).toEqual(counts);
  });

  it('knows how many values there were, their sum, the least and the greatest', () => {
    const point = new HistogramPoint({}, [1]);

    for (const value of [2, 0.5, 4]) point.record(value);

    expect(point).toMatchObject({ count: 3, sum: 6.5, min: 0.5, max: 4 });
  });
});
