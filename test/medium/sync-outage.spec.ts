import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { newDocument, newServer } from '../../e2e/harness/documents.js';
import { startDatabaseRelay, type DatabaseRelay } from '../harness/database-relay.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { createSyncProcess, putSource, storedVersions, type SyncProcess } from '../harness/sync.js';
import { waitUntil } from '../harness/wait-until.js';

describe('SyncScheduler, while the database goes away and comes back', () => {
  let relay: DatabaseRelay;
  let db: TestDatabase;
  let process: SyncProcess;
  let serial = 0;
  let requests = 0;
  const web = createServer((_request, response) => {
    requests++;
    setTimeout(() => response.end(newDocument([newServer('io.example/a', `1.0.${++serial}`)])), 300);
  });

  beforeAll(async () => {
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    const { hostname, port } = new URL(inject('postgresUrl'));
    relay = await startDatabaseRelay({ host: hostname, port: Number(port) });
    db = await createTestDatabase({ overrides: { host: '127.0.0.1', port: relay.port, maxOpenConns: 4 } });
  });
  afterEach(() => process.stop());
  afterAll(async () => {
    await db.drop();
    await relay.stop();
    web.closeAllConnections();
    web.close();
  });

  it.each([
    ['has run out meanwhile', 2_000],
    ['would run on for a minute', 60_000],
  ])('goes on by itself, with nothing left claimed, when the lease %s', async (_what, leaseMs) => {
    process = createSyncProcess(db, { leaseMs });
    process.start();
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
    const id = await putSource(db, { settings: { kind: 'file', file: { url } }, intervalMs: 1000 });
    await waitUntil(async () => (await storedVersions(db, id)).length === 1);
    const asked = requests;
    await waitUntil(() => requests > asked);

    await relay.cut();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await relay.resume();
    const before = serial;

    await waitUntil(async () => {
      const [version = ''] = await storedVersions(db, id);
      return Number(version.split('.').at(-1)) > before;
    }, 20_000);
    await waitUntil(async () => (await process.status.find(id))?.phase === 'complete');
    expect((await process.status.find(id))?.attemptCount).toBe(0);
  });

  it('gives back what a claim took that the database carried out after its process had given it up', async () => {
    process = createSyncProcess(db, { leaseMs: 60_000 });
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
    const id = await putSource(db, { name: 'claimed', settings: { kind: 'file', file: { url } } });
    const locker = new Client({ connectionString: db.url });
    await locker.connect();
    const phase = async () => {
      const { rows } = await locker.query<{ phase: string }>('SELECT phase FROM sync_status WHERE source_id = $1', [
        id,
      ]);
      return rows[0]?.phase;
    };
    const waiting = async () => {
      const sql = "SELECT 1 FROM pg_locks WHERE relation = 'sync_status'::regclass AND NOT granted";
      return (await locker.query(sql)).rows.length > 0;
    };
    await locker.query('BEGIN; LOCK TABLE sync_status IN ACCESS EXCLUSIVE MODE');
    process.start();
    await waitUntil(waiting);

    await relay.cut();
    await locker.query('ROLLBACK');
    await waitUntil(async () => (await phase()) === 'syncing');
    await relay.resume();

    await waitUntil(async () => (await phase()) === 'complete', 20_000);
    await locker.end();
  });
});
