import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Both halves of the young generation together. V8 would let them grow to 128 MiB, most of them while the program is being
 * loaded and none of them ever given back; requests, which leave little behind, are answered as fast with an eighth.
 */
const MAX_BYTES = 16 * 1024 * 1024;

const CHECK_INTERVAL_MS = 50;

function youngGenerationBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}

/** By how much V8 multiplies the young generation when much of it has survived; it looks at this flag each time. */
function setGrowth(factor: 1 | 2): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}

/**
 * Bounds the memory of short-lived objects. `--max-semi-space-size` would do it as well, but counts only on the command line
 * of Node.js, which is not ours. To be called first of all.
 *
 * It watches for good: V8 takes the young generation back to a megabyte when the program has been idle, and one that could not
 * grow again would be cleared every hundred requests, for half as much processor time again.
 */
export function limitYoungGeneration(): void {
  let growth: 1 | 2 = 1;
  setGrowth(growth);
  setInterval(() => {
    const next = youngGenerationBytes() >= MAX_BYTES ? 1 : 2;
    if (next !== growth) setGrowth(next);
    growth = next;
  }, CHECK_INTERVAL_MS).unref();
}
