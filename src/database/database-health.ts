import { DatabaseUnavailableError } from '../common/errors.js';
import { createLogger } from '../telemetry/logging.js';
import type { DedicatedConnection } from './dedicated-connection.js';

/** Work that has not ended by then makes the database suspect. */
const SUSPICIOUS_MS = 300;

/**
 * Whether PostgreSQL answers, as the {@link DedicatedConnection} sees it. While it does not, work on the database fails at
 * once instead of waiting for time limits (ahead.md P8).
 */
export class DatabaseHealth {
  readonly #log = createLogger('database');
  readonly #waiting = new Set<() => void>();

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
   * Runs work that needs the database, and gives up on it as soon as the database is known to be away.
   * @throws DatabaseUnavailableError when it is away or gets lost meanwhile; the work may then still be running
   */
  whileUp<T>(work: () => Promise<T>): Promise<T> {
    if (!this.isUp) return Promise.reject(new DatabaseUnavailableError());
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new DatabaseUnavailableError());
      const suspicion = setTimeout(() => void this.check(), SUSPICIOUS_MS).unref();
      this.#waiting.add(giveUp);
      work()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(suspicion);
          this.#waiting.delete(giveUp);
        });
    });
  }

  /** Takes the connection's news. */
  onUp(isUp: boolean): void {
    if (isUp) {
      this.#log.info('database answers again');
      return;
    }
    this.#log.error('database lost');
    for (const giveUp of this.#waiting) giveUp();
  }
}
