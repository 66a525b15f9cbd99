/** Surrogates and the units above them: only among these is the order of units not that of code points. */
const HIGH_UNIT = /[\ud800-\uffff]/;

/**
 * Orders two texts by code point, as UTF-8 bytes (and PostgreSQL's collation "C") order them. JavaScript's `<` compares
 * UTF-16 units, which puts supplementary characters before U+E000..U+FFFF.
 * @returns negative, zero or positive, for use with `Array.prototype.sort`
 */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  // Three times as fast, and as good as long as one of the two has no such unit.
  if (!HIGH_UNIT.test(a) || !HIGH_UNIT.test(b)) return a < b ? -1 : 1;
  return compareUnits(a, b);
}

function compareUnits(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    let left = a.charCodeAt(index);
    let right = b.charCodeAt(index);
    if (left === right) continue;
    // Surrogates stand for code points above every other unit: lift them over U+E000..U+FFFF.
    if (left >= 0xd800 && right >= 0xd800) {
      left = left >= 0xe000 ? left - 0x800 : left + 0x2000;
      right = right >= 0xe000 ? right - 0x800 : right + 0x2000;
    }
    return left - right;
  }
  return a.length - b.length;
}
