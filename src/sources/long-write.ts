import type { EntityManager } from 'typeorm';
import { REQUEST_STATEMENT_TIMEOUT_MS } from '../database/transaction-runner.js';

/**
 * Limit of the statements that rewrite or delete what a source holds, in milliseconds. At 100,000 entries they may take
 * longer than the 10 s after which the client is answered 503; cancelled there, they could never succeed.
 */
export const LONG_WRITE_TIMEOUT_MS = 120_000;

async function limitStatements(tx: EntityManager, limitMs: number): Promise<void> {
  await tx.query("SELECT set_config('statement_timeout', $1, true)", [`${limitMs}`]);
}

/** Keeps waiting for others within the limit of a request (admin-api spec B3); the first step of a long transaction. */
export async function limitWaiting(tx: EntityManager): Promise<void> {
  await limitStatements(tx, REQUEST_STATEMENT_TIMEOUT_MS);
}

/** Lets the rest of a long transaction take its time; to be called once everything that it needs is locked. */
export async function allowLongWrite(tx: EntityManager): Promise<void> {
  await limitStatements(tx, LONG_WRITE_TIMEOUT_MS);
}
