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
 */
export function limitYoungGeneration(): void {
  setGrowth(1);
  const growth = setInterval(() => {
    const isFull = youngGenerationBytes() >= MAX_BYTES;
    setGrowth(isFull ? 1 : 2);
    if (isFull) clearInterval(growth);
  }, CHECK_INTERVAL_MS);
  growth.unref();
}
