import { randomBytes } from 'node:crypto';

/** How many random bytes are drawn at once: ids for 340 requests. */
const POOL_BYTES = 8192;

let pool = '';
let position = 0;

function take(digits: number): string {
  if (position + digits > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    position = 0;
  }
  position += digits;
  return pool.slice(position - digits, position);
}

/** Random ids of traces and spans (W3C Trace Context, 2.2.3), as lower-case hex. */
export const randomIds = {
  generateTraceId: (): string => take(32),
  generateSpanId: (): string => take(16),
} as const;
