const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 5_000;

/** Pauses between attempts that fail one after the other: growing, with jitter, and bounded, for attempts without end. */
export class BackOff {
  #failures = 0;

  /** Something succeeded: the next pause is short again. */
  reset(): void {
    this.#failures = 0;
  }

  /** Waits before the next attempt; ends early, without an error, when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.min(this.#failures++, 10), LAST_DELAY_MS);
    await pause(delayMs * (0.75 + Math.random() * 0.5), signal);
  }
}

/** Waits; ends early, without an error, when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener('abort', done);
  });
}
