import { describe, expect, it } from 'vitest';
import { findRepeated } from './find-repeated.js';

describe('findRepeated', () => {
  it.each([
    [[], undefined],
    [['a', 'b'], undefined],
    [['a', 'b', 'c', 'b', 'a'], 'b'],
    [['', ''], ''],
  ])('finds in %j %j', (values, repeated) => {
    expect(findRepeated(values)).toBe(repeated);
  });
});
