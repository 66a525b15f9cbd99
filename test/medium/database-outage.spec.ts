import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { DatabaseUnavailableError } from '../../src/common/errors.js';
import { administer, createTestDatabase, type TestDatabase } from '../harness/database.js';
import { startDatabaseRelay, type DatabaseRelay } from '../harness/database-relay.js';
import { waitUntil } from '../harness/wait-until.js';

describe('an outage of the database', () => {
  let relay: DatabaseRelay;
  let db: TestDatabase;
  beforeEach(async () => {
    const { hostname, port } = new URL(inject('postgresUrl'));
    relay = await startDatabaseRelay({ host: hostname, port: Number(port) });
    db = await createTestDatabase({ overrides: { host: '127.0.0.1', port: relay.port, maxOpenConns: 3 } });
  });
  afterEach(async () => {
    await db.drop();
    await relay.stop();
  });

  const startWatching = async (): Promise<void> => {
    db.changeFeed.onApplicationBootstrap();
    await waitUntil(() => db.changeFeed.isHearing);
  };
  const read = (): Promise<unknown[]> => db.runner.query('SELECT 1 AS n');
  /** The error of a query, and after how many milliseconds it came. */
  const failure = async (work: () => Promise<unknown>): Promise<{ error: unknown; ms: number }> => {
    const startedAt = Date.now();
    const error = await work().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { error, ms: Date.now() - startedAt };
  };

  it('fails reads and transactions in under three seconds', async () => {
    await startWatching();
    await relay.cut();

    for (const work of [read, () => db.runner.run((tx) => tx.query('SELECT 1'))]) {
      const { error, ms } = await failure(work);
      expect(error).toBeInstanceOf(DatabaseUnavailableError);
      expect(ms).toBeLessThan(3_000);
    }
    await waitUntil(() => !db.health.isUp);
  });

  it('fails in the same way before anybody watches', async () => {
    await relay.cut();

    const { error, ms } = await failure(read);

    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    expect(ms).toBeLessThan(3_000);
  });

  it('is over when the database is back', async () => {
    await startWatching();
    await relay.cut();
    await waitUntil(() => !db.health.isUp);

    await relay.resume();

    await waitUntil(() => db.health.isUp, 3_000);
    expect(await read()).toEqual([{ n: 1 }]);
  });

  it('is over for the first work after the database is back', async () => {
    await startWatching();
    for (let round = 0; round < 5; round++) {
      await relay.cut();
      expect((await failure(read)).error).toBeInstanceOf(DatabaseUnavailableError);
      await relay.resume();

      expect(await read()).toEqual([{ n: 1 }]);
    }
  });

  it('fails work that had begun', async () => {
    await startWatching();
    const sleeping = failure(() => db.runner.run((tx) => tx.query('SELECT pg_sleep(8)')));
    const isSleeping = (): Promise<unknown[]> =>
      db.runner.query("SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%sleep(8)'");
    await waitUntil(async () => (await isSleeping()).length > 0);

    await relay.cut();

    const { error, ms } = await sleeping;
    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    expect(ms).toBeLessThan(4_000);
  });

  it('is noticed when packets vanish', async () => {
    await startWatching();
    await Promise.all([read(), read(), read()]);
    relay.hang();

    const { error, ms } = await failure(read);

    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    expect(ms).toBeLessThan(3_500);
    expect((await failure(read)).ms).toBeLessThan(3_000);
  });

  it('leaves no dead connections behind after a silent fail-over', async () => {
    await startWatching();
    await Promise.all([read(), read(), read()]);
    relay.hang();
    await waitUntil(() => !db.health.isUp);

    relay.release();

    await waitUntil(() => db.health.isUp, 5_000);
    const outcomes = await Promise.all([failure(read), failure(read), failure(read)]);
    expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
    expect(Math.max(...outcomes.map(({ ms }) => ms))).toBeLessThan(1_000);
  });

  it('is no outage when all connections of the pool are busy', async () => {
    await startWatching();
    const busy = Array.from({ length: 3 }, () => db.runner.run((tx) => tx.query('SELECT pg_sleep(3)')));

    const waiting = await read();

    expect(waiting).toEqual([{ n: 1 }]);
    expect(db.health.isUp).toBe(true);
    await Promise.all(busy);
  });

  it('is survived when the server ends the connections', async () => {
    await startWatching();
    await Promise.all([read(), read()]);

    await administer(
      inject('postgresUrl'),
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${db.config.database}'`,
    );

    await waitUntil(read, 2_000);
    await waitUntil(() => db.changeFeed.isHearing);
  });

  it('is assumed when no connection of the pool becomes free within eight seconds', async () => {
    const busy = Array.from({ length: 3 }, () =>
      db.runner.run((tx) => tx.query('SELECT pg_sleep(9)'), { statementTimeoutMs: 20_000 }),
    );

    const { error, ms } = await failure(read);

    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    expect(ms).toBeGreaterThan(7_500);
    expect(ms).toBeLessThan(9_500);
    await Promise.all(busy);
  });
});
