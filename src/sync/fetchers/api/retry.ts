import { pause } from '../../deadline.js';
import { NetworkError } from '../../pass-errors.js';

const MAX_TRIES = 4;
const FIRST_DELAY_MS = 500;
const MAX_RETRY_AFTER_MS = 60_000;

/** An answer that tells of a trouble that may pass: 408, 429, 5xx (ahead.md P4). */
export class TransientStatusError extends NetworkError {
  /** @param retryAfterMs - how long the server asked to wait */
  constructor(
    message: string,
    readonly retryAfterMs: number | undefined,
  ) {
    super(message);
    this.name = 'TransientStatusError';
  }
}

/** Whether a status tells of a trouble that may pass. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * Reads a `Retry-After` header: seconds, or a date (RFC 9110). More than a minute counts as a minute.
 * @returns milliseconds to wait, or undefined when there is no usable header
 */
export function parseRetryAfter(header: string | string[] | undefined, now = Date.now()): number | undefined {
  if (typeof header !== 'string') return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** Time before the next try: as the server asked, else doubling from half a second, with jitter. */
export function retryDelay(tries: number, error: NetworkError): number {
  const asked = error instanceof TransientStatusError ? error.retryAfterMs : undefined;
  return asked ?? FIRST_DELAY_MS * 2 ** (tries - 1) * (1 + Math.random() / 2);
}

/**
 * Tries something up to four times, as long as it fails with {@link NetworkError}.
 * @throws the last error; the signal's reason
 */
export async function withRetries<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof NetworkError) || tries >= MAX_TRIES) throw error;
      await pause(retryDelay(tries, error), signal);
    }
  }
}
