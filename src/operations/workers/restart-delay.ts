const FIRST_MS = 1_000;
const LAST_MS = 30_000;
/** A worker that was ready for so long has not failed at its start. */
const STABLE_MS = 60_000;

/** How long to wait before a worker that died is replaced: a second, and twice as long each time that it dies soon again. */
export class RestartDelay {
  #nextMs = FIRST_MS;

  /**
   * @param readyMs - how long the worker that died had been ready; 0 when it never was
   * @returns milliseconds
   */
  after(readyMs: number): number {
    if (readyMs >= STABLE_MS) this.#nextMs = FIRST_MS;
    const delayMs = this.#nextMs;
    this.#nextMs = Math.min(delayMs * 2, LAST_MS);
    return delayMs;
  }
}
