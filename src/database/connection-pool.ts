import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

const REFILL_INTERVAL_MS = 30_000;

type PgPool = Pool & { options: { min: number } };

/** Connections of the pool. */
export interface PoolUsage {
  readonly idle: number;
  readonly used: number;
  readonly max: number;
}

/** The data source's pool: its usage, and the floor of connections that are open before anybody asks (operations spec 1.4). */
export class ConnectionPool {
  #timer: NodeJS.Timeout | undefined;
  #latest: PgPool | undefined;

  constructor(private readonly dataSource: DataSource) {}

  get usage(): PoolUsage {
    const { totalCount, idleCount, options } = this.#pool;
    return { idle: idleCount, used: totalCount - idleCount, max: options.max };
  }

  /** Opens the floor's connections, now and when they have been closed for their age. */
  onApplicationBootstrap(): void {
    if (this.#pool.options.min === 0) return;
    void this.fill();
    this.#timer ??= setInterval(() => void this.fill(), REFILL_INTERVAL_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Brings the pool up to its floor; does nothing where no connection can be had. */
  async fill(): Promise<void> {
    const { min } = this.#pool.options;
    const missing = min - this.#pool.totalCount;
    if (missing <= 0) return;
    // Taken at once, or the pool would hand out the same connection again and again.
    const wanted = Array.from({ length: missing + this.#pool.idleCount }, () => this.#pool.connect());
    const taken = await Promise.allSettled(wanted);
    for (const outcome of taken) if (outcome.status === 'fulfilled') release(outcome.value);
  }

  /** Closes the connections that nobody uses: those of a server that is gone may be dead without a word. */
  async dropIdle(): Promise<void> {
    const idle = Array.from({ length: this.#pool.idleCount }, () => this.#pool.connect());
    for (const outcome of await Promise.allSettled(idle)) if (outcome.status === 'fulfilled') destroy(outcome.value);
  }

  /** The data source forgets its pool when it is closed; the last metrics are asked for after that. */
  get #pool(): PgPool {
    const pool = (this.dataSource.driver as PostgresDriver).master as PgPool | undefined;
    if (pool) this.#latest = pool;
    if (!this.#latest) throw new Error('the data source has not been opened');
    return this.#latest;
  }
}

function release(client: PoolClient): void {
  client.release();
}

function destroy(client: PoolClient): void {
  client.connection.stream.destroy();
  client.release(true);
}
