import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { DatabaseUnavailableError } from '../common/errors.js';
import type { ChangeFeed } from './change-feed.js';
import { isTransient, isUnavailable, translateDatabaseError } from './database-errors.js';
import type { DatabaseHealth } from './database-health.js';
import type { CommitReceipt } from './commit-receipts.js';
import { CHANGE_CHANNEL, FEED_NAME } from './dedicated-connection.js';

/** Just under the 10 s that a request may take, so that the statement ends before the request does (admin-api spec B3). */
export const REQUEST_STATEMENT_TIMEOUT_MS = 9_500;

const ANSWER_GRACE_MS = 1_000;
const FIRST_RETRY_MS = 10;
const LAST_RETRY_MS = 500;

/** Processes that listen on this database, this one among them. */
const NOTIFY_AND_COUNT = `
  SELECT pg_notify($1, $2), (
    SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = $3
  ) AS listening`;

/** How {@link TransactionRunner.run} goes about a transaction. */
export interface TransactionOptions {
  /**
   * Tell all processes that sources, registries or entries changed, and wait until this one, with all workers of its
   * server, has caught up, or all of them everywhere: the others are waited for a moment only.
   */
  readonly announce?: 'here' | 'everywhere';
  /** Limit of each statement, and of the time in which the transaction is tried again. Default: that of a request. */
  readonly statementTimeoutMs?: number;
  /** Called once after the commit and before anybody catches up with it, to let go of what only the work needed. */
  readonly onCommitted?: () => Promise<void>;
}

/** Runs transactions and single reads with the retries and the errors that all services share. */
export class TransactionRunner {
  constructor(
    private readonly dataSource: DataSource,
    private readonly health: DatabaseHealth,
    private readonly changeFeed: ChangeFeed,
  ) {}

  /**
   * Runs work in one READ COMMITTED transaction and commits it, or rolls back when the work throws. After a deadlock, a
   * serialisation failure or a lock race the work is run again, so it must keep nothing of an earlier run. Do not nest.
   * @throws DatabaseUnavailableError when the database cannot be reached or gets lost (a commit may then have happened)
   * @throws RequestTimeoutError when a statement exceeds its limit
   */
  async run<T>(work: (tx: EntityManager) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const limitMs = options.statementTimeoutMs ?? REQUEST_STATEMENT_TIMEOUT_MS;
    const { receipts } = this.changeFeed;
    // A process that hears nothing would wait in vain.
    const receipt = options.announce === 'everywhere' && this.changeFeed.isHearing ? receipts.open() : undefined;
    try {
      const transact = (queryRunner: QueryRunner) => this.#transact(queryRunner, work, options, receipt);
      const result = await this.#retry(() => this.#attempt(transact, limitMs), limitMs);
      await options.onCommitted?.();
      if (options.announce)
        await Promise.all([this.changeFeed.announceCommit(), receipt && receipts.complete(receipt)]);
      return result;
    } finally {
      if (receipt) receipts.close(receipt);
    }
  }

  /**
   * Runs one statement outside a transaction.
   * @returns its rows, bigint columns as numbers
   * @throws as {@link run}
   */
  async query<T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return this.#attempt(async (queryRunner) => {
      const result = await queryRunner.query(sql, [...parameters], true);
      return result.records as T[];
    }, REQUEST_STATEMENT_TIMEOUT_MS).catch((error: unknown) => {
      throw translateDatabaseError(error);
    });
  }

  async #retry<T>(attempt: () => Promise<T>, limitMs: number): Promise<T> {
    const deadline = Date.now() + limitMs;
    for (let tries = 0; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        const delayMs = Math.min(FIRST_RETRY_MS * 2 ** tries, LAST_RETRY_MS) * (0.5 + Math.random());
        if (!isTransient(error) || Date.now() + delayMs > deadline) throw translateDatabaseError(error);
        await sleep(delayMs);
      }
    }
  }

  /** Runs work on a connection of its own; a connection that is given up on is closed, so that its statement ends. */
  async #attempt<T>(work: (queryRunner: QueryRunner) => Promise<T>, limitMs: number): Promise<T> {
    const queryRunner = this.dataSource.createQueryRunner();
    let client: PoolClient | undefined;
    try {
      return await this.health.whileUp(async () => {
        client = await acquire(queryRunner);
        limitWaiting(client, limitMs);
        return work(queryRunner);
      });
    } catch (error) {
      if (translateDatabaseError(error) instanceof DatabaseUnavailableError) {
        void this.health.check();
        abandon(client);
      }
      throw error;
    } finally {
      await queryRunner.release();
    }
  }

  async #transact<T>(
    queryRunner: QueryRunner,
    work: (tx: EntityManager) => Promise<T>,
    options: TransactionOptions,
    receipt: CommitReceipt | undefined,
  ): Promise<T> {
    await queryRunner.startTransaction();
    try {
      if (options.statementTimeoutMs !== undefined) {
        await queryRunner.query("SELECT set_config('statement_timeout', $1, true)", [`${options.statementTimeoutMs}`]);
      }
      const result = await work(queryRunner.manager);
      if (options.announce) await this.#notify(queryRunner, receipt);
      await queryRunner.commitTransaction();
      return result;
    } catch (error) {
      // A connection that is lost or hangs is closed, which rolls back as well.
      if (!isUnavailable(error)) await queryRunner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  }

  async #notify(queryRunner: QueryRunner, receipt: CommitReceipt | undefined): Promise<void> {
    const parameters = [CHANGE_CHANNEL, receipt?.payload ?? ''];
    if (!receipt) {
      await queryRunner.query('SELECT pg_notify($1, $2)', parameters);
      return;
    }
    const rows = (await queryRunner.query(NOTIFY_AND_COUNT, [...parameters, FEED_NAME])) as { listening: number }[];
    receipt.want(this.changeFeed.receipts.waitedFor(rows[0]?.listening ?? 0));
  }
}

async function acquire(queryRunner: QueryRunner): Promise<PoolClient> {
  const client = await connect(queryRunner);
  // Given up on meanwhile: nobody else would hand the connection back.
  if (queryRunner.isReleased) {
    client.release(true);
    throw new DatabaseUnavailableError();
  }
  return client;
}

async function connect(queryRunner: QueryRunner): Promise<PoolClient> {
  try {
    return (await queryRunner.connect()) as PoolClient;
  } catch (error) {
    throw new DatabaseUnavailableError({ cause: error });
  }
}

/** Lets the driver wait for an answer a little longer than the server works on it, in case the server is gone silently. */
function limitWaiting(client: PoolClient, statementTimeoutMs: number): void {
  const { connectionParameters } = client as PoolClient & { connectionParameters: { query_timeout: number | false } };
  connectionParameters.query_timeout = statementTimeoutMs + ANSWER_GRACE_MS;
}

function abandon(client: PoolClient | undefined): void {
  client?.end().catch(() => undefined);
}
