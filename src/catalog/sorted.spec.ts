import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrayAssembly, findPlace, findPlaceFrom } from './sorted.js';

const numbers = fc.array(fc.integer({ min: 0, max: 50 })).map((list) => list.toSorted((a, b) => a - b));

describe('findPlace and findPlaceFrom', () => {
  it('find the first element that does not stand before', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: -1, max: 51 }), fc.nat(), (sorted, bound, start) => {
        const isBefore = (value: number): boolean => value < bound;
        const expected = sorted.filter(isBefore).length;

        expect(findPlace(sorted, isBefore)).toBe(expected);
        expect(findPlaceFrom(sorted, expected === 0 ? 0 : start % (expected + 1), isBefore)).toBe(expected);
      }),
    );
  });

  it('looks at few elements when the place is near', () => {
    const sorted = Array.from({ length: 100_000 }, (_, index) => index);
    let looks = 0;

    findPlaceFrom(sorted, 50_000, (value) => {
      looks++;
      return value < 50_003;
    });

    expect(looks).toBeLessThan(8);
  });
});

describe('ArrayAssembly', () => {
  it('holds everything in the order in which it was appended', () => {
    const long = Array.from({ length: 1000 }, (_, index) => index);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(), fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 1000 })))), (parts) => {
        const assembly = new ArrayAssembly<number>();
        const expected: number[] = [];
        for (const part of parts) {
          if (typeof part === 'number') {
            assembly.push(part);
            expected.push(part);
            continue;
          }
          assembly.pushRange(long, ...part);
          expected.push(...long.slice(...part));
        }

        expect(assembly.finish()).toEqual(expected);
      }),
    );
  });

  it('never hands out an array that it was given', () => {
    const source = Array.from({ length: 1000 }, (_, index) => index);
    const assembly = new ArrayAssembly<number>();

    assembly.pushRange(source);

    expect(assembly.finish()).not.toBe(source);
  });
});
