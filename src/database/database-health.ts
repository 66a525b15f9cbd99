import { DatabaseUnavailableError } from '../common/errors.js';
import { createLogger } from '../telemetry/logging.js';
import type { DedicatedConnection } from './dedicated-connection.js';

/** Work that has not ended by then makes the database suspect. */
const SUSPICIOUS_MS = 300;

/** An answer that took no longer leaves time to ask once more within three seconds. */
const QUICK_MS = 500;

interface Waiting {
  readonly since: number;
  readonly giveUp: () => void;
}

/**
 * Whether PostgreSQL answers, as the {@link DedicatedConnection} sees it. While it does not, work on the database fails within
 * three seconds instead of waiting for time limits (ahead.md P8), and the first that comes after the outage succeeds.
 */
export class DatabaseHealth {
  readonly #log = createLogger('database');
  readonly #waiting = new Set<Waiting>();

  constructor(private readonly connection: DedicatedConnection) {}

  /** Whether the database answered when last asked, which is at most two seconds ago while the application runs. */
  get isUp(): boolean {
    return this.connection.isUp;
  }

  /** Asks the database now; resolves in two and a half seconds at most and never rejects. */
  check(): Promise<boolean> {
    return this.connection.check();
  }

  /**
   * Runs work that needs the database, and gives up on it as soon as the database is known to be away. Where it was away when last
   * asked, it is asked once more before.
   * @throws DatabaseUnavailableError when it is away or gets lost meanwhile; the work may then still be running
   */
  async whileUp<T>(work: () => Promise<T>): Promise<T> {
    if (!this.isUp && !(await this.connection.checkAfresh())) throw new DatabaseUnavailableError();
    return new Promise((resolve, reject) => {
      const waiting = { since: performance.now(), giveUp: () => reject(new DatabaseUnavailableError()) };
      const suspicion = setTimeout(() => void this.check(), SUSPICIOUS_MS).unref();
      this.#waiting.add(waiting);
      work()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(suspicion);
          this.#waiting.delete(waiting);
        });
    });
  }

  /**
   * Takes the connection's news.
   * @param askedAt - when the question was asked that this is the answer to, as of `performance.now()`
   */
  onUp(isUp: boolean, askedAt: number): void {
    if (isUp) {
      this.#log.info('database answers again');
      return;
    }
    this.#log.error('database lost');
    const isQuick = performance.now() - askedAt < QUICK_MS;
    for (const waiting of this.#waiting) {
      // Work that began after the question may have met a database that was back, and there is time to ask for it.
      if (isQuick && waiting.since > askedAt) void this.#giveUpIfDown(waiting);
      else waiting.giveUp();
    }
  }

  async #giveUpIfDown(waiting: Waiting): Promise<void> {
    if (!(await this.connection.checkAfresh())) waiting.giveUp();
  }
}
