/**
 * Finds where something belongs in a sorted array.
 * @param isBefore - whether an element stands before the place that is sought; true for a prefix of the array
 * @param low - where the place is at least
 * @param high - where the place is at most
 * @returns the index of the first element that does not
 */
export function findPlace<T>(
  sorted: readonly T[],
  isBefore: (element: T) => boolean,
  low = 0,
  high = sorted.length,
): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(sorted[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Like {@link findPlace}, for a place that is expected near `from`: the time grows with the logarithm of the distance, so
 * going through an array from place to place costs no more than walking over it, and less when the places are few.
 */
export function findPlaceFrom<T>(sorted: readonly T[], from: number, isBefore: (element: T) => boolean): number {
  let low = from;
  let high = from;
  for (let step = 1; high < sorted.length && isBefore(sorted[high] as T); step *= 2) {
    low = high + 1;
    high += step;
  }
  return findPlace(sorted, isBefore, low, Math.min(high, sorted.length));
}

/** Ranges of at least this many elements are copied in one go. */
const LONG_RANGE = 256;

/**
 * Puts an array together out of single elements and parts of other arrays. Long parts are copied by the engine and not one
 * element at a time, which is what makes a small change of a large array cheap.
 */
export class ArrayAssembly<T> {
  readonly #finished: T[][] = [];
  #tail: T[] = [];

  push(element: T): void {
    this.#tail.push(element);
  }

  /** Appends `source[start, end)`. */
  pushRange(source: readonly T[], start = 0, end = source.length): void {
    if (end - start >= LONG_RANGE) {
      this.#finished.push(this.#tail, source.slice(start, end));
      this.#tail = [];
      return;
    }
    for (let index = start; index < end; index++) this.#tail.push(source[index] as T);
  }

  /** Everything that was appended; the assembly must not be used any more. */
  finish(): T[] {
    const [first = [], ...rest] = [...this.#finished, this.#tail].filter(({ length }) => length > 0);
    return rest.length === 0 ? first : first.concat(...rest);
  }
}
