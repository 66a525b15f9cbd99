import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints } from './code-point-order.js';

describe('compareCodePoints', () => {
  it('orders as the UTF-8 bytes do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a', 'b'],
    ['B', 'a'],
    ['a', 'aa'],
    ['1.10.0', '1.9.0'],
    ['\uffee', '\u{1f600}'],
  ])('puts %j before %j', (first, second) => {
    expect(compareCodePoints(first, second)).toBeLessThan(0);
    expect(compareCodePoints(second, first)).toBeGreaterThan(0);
  });
});
