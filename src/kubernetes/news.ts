/** Waits for news, and then until there has been none for a moment, so that many changes are handled at once. */
export class News {
  #firstAt: number | undefined;
  #lastAt = 0;
  #wake: (() => void) | undefined;

  /**
   * @param quietMs - how long there must be no news
   * @param maxDelayMs - how long the first news waits at most
   */
  constructor(
    private readonly quietMs: number,
    private readonly maxDelayMs: number,
  ) {}

  /** Something happened. */
  report(): void {
    this.#lastAt = performance.now();
    this.#firstAt ??= this.#lastAt;
    this.#wake?.();
  }

  /** Resolves when there was news and it is quiet again, or after a while without; at once when the signal aborts. */
  async wait(limitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#firstAt === undefined) await this.#sleep(limitMs, signal);
    while (this.#firstAt !== undefined && !signal.aborted) {
      const due = Math.min(this.#lastAt + this.quietMs, this.#firstAt + this.maxDelayMs);
      const restMs = due - performance.now();
      if (restMs <= 0) break;
      await this.#sleep(restMs, signal);
    }
    this.#firstAt = undefined;
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      this.#wake = done;
    });
  }
}
