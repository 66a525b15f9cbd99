import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabaseServices } from '../../src/database/database-services.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { startDatabaseRelay, type DatabaseRelay } from '../harness/database-relay.js';
import { waitUntil } from '../harness/wait-until.js';

describe('ChangeFeed', () => {
  let relay: DatabaseRelay;
  let db: TestDatabase;
  let calls: number;
  beforeEach(async () => {
    db = await createTestDatabase();
    relay = await startDatabaseRelay(db.config);
    calls = 0;
  });
  afterEach(async () => {
    await db.drop();
    await relay.stop();
  });

  /** A second process on the same database, which reaches it through the relay. */
  const follow = async (): Promise<ReturnType<typeof createDatabaseServices>> => {
    const application = { ...db.connection.application, port: relay.port };
    const follower = createDatabaseServices({ ...db.connection, application }, db.dataSource);
    follower.changeFeed.subscribe(async () => {
      calls++;
    });
    follower.changeFeed.onApplicationBootstrap();
    return follower;
  };
  const announce = (): Promise<void> => db.runner.run(async () => undefined, { announce: 'here' });

  it('tells other processes within a second', async () => {
    const follower = await follow();
    await waitUntil(() => follower.changeFeed.isHearing);
    const before = calls;

    await announce();

    await waitUntil(() => calls > before, 1_000);
    await follower.changeFeed.beforeApplicationShutdown();
  });

  it('lets a write wait until the other processes have followed it', async () => {
    const followers = [await follow(), await follow()];
    db.changeFeed.onApplicationBootstrap();
    await waitUntil(() => [db, ...followers].every(({ changeFeed }) => changeFeed.isHearing));
    let caughtUp = 0;
    for (const { changeFeed } of followers) {
      changeFeed.subscribe(async () => {
        await sleep(100);
        caughtUp++;
      });
    }

    await db.runner.run(async () => undefined, { announce: 'everywhere' });

    expect(caughtUp).toBe(2);
    for (const { changeFeed } of [db, ...followers]) await changeFeed.beforeApplicationShutdown();
  });

  it('lets a write wait a moment only for a process that cannot follow', async () => {
    const follower = await follow();
    db.changeFeed.onApplicationBootstrap();
    await waitUntil(() => [db, follower].every(({ changeFeed }) => changeFeed.isHearing));
    follower.changeFeed.subscribe(() => Promise.reject(new Error('no way')));
    const began = performance.now();

    await db.runner.run(async () => undefined, { announce: 'everywhere' });
    const waitedMs = performance.now() - began;
    await db.runner.run(async () => undefined, { announce: 'everywhere' });

    expect(waitedMs).toBeGreaterThan(250);
    expect(performance.now() - began - waitedMs).toBeLessThan(250);
    for (const { changeFeed } of [db, follower]) await changeFeed.beforeApplicationShutdown();
  });

  it('calls the listeners once it listens, for what happened before', async () => {
    const follower = await follow();

    await waitUntil(() => calls === 1);
    await follower.changeFeed.beforeApplicationShutdown();
  });

  it('calls the listeners after a reconnection, for what it missed', async () => {
    const follower = await follow();
    await waitUntil(() => follower.changeFeed.isHearing);
    await relay.cut();
    await waitUntil(() => !follower.changeFeed.isHearing);
    await announce();
    const before = calls;

    await relay.resume();

    await waitUntil(() => calls > before && follower.changeFeed.isHearing);
    await follower.changeFeed.beforeApplicationShutdown();
  });

  it('polls where notifications do not arrive', async () => {
    relay.dropsNotifications = true;
    const follower = await follow();
    await waitUntil(() => calls >= 1);
    const before = calls;

    await announce();

    await waitUntil(() => calls > before, 2_500);
    expect(follower.changeFeed.isHearing).toBe(false);
    await follower.changeFeed.beforeApplicationShutdown();
  });

  it('does not poll where they do', async () => {
    const follower = await follow();
    await waitUntil(() => follower.changeFeed.isHearing);
    const before = calls;

    await new Promise((resolve) => setTimeout(resolve, 1_500));

    expect(calls).toBe(before);
    await follower.changeFeed.beforeApplicationShutdown();
  });

  it('stops at once, also while the database is away', async () => {
    const follower = await follow();
    await waitUntil(() => follower.changeFeed.isHearing);
    relay.hang();
    const startedAt = Date.now();

    await follower.changeFeed.beforeApplicationShutdown();

    expect(Date.now() - startedAt).toBeLessThan(700);
  });
});
