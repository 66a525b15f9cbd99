import { setImmediate } from 'node:timers/promises';

/** A computation that stops here and there for a moment, which lets whoever drives it do something else. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** How long a slice takes, in milliseconds: little more than a request may notice. */
const SLICE_MS = 8;

/** Computes without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Computes in slices between which the event loop turns, so that requests are answered meanwhile. */
export async function inSlices<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() < end);
    await setImmediate();
  }
}

/** Elements between two stops: some hundred microseconds of work. */
export const ELEMENTS_A_STEP = 500;

/** Does something with each element, and stops after every few hundred. */
export function* withStops<T>(elements: Iterable<T>, work: (element: T) => void): Steps<void> {
  let count = 0;
  for (const element of elements) {
    work(element);
    if (++count % ELEMENTS_A_STEP === 0) yield;
  }
}
