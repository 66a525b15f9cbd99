import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDatabaseRelay, type DatabaseRelay } from '../test/harness/database-relay.js';
import { newServer } from './harness/documents.js';
import {
  createServerDatabase,
  eventually,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const SERVERS = '/registry/r/v0.1/servers';

describe('while PostgreSQL is away', () => {
  let database: ServerDatabase;
  let relay: DatabaseRelay;
  let behindRelay: RunningServer;
  let other: RunningServer;
  const config = (port?: number) => ({
    sources: [{ name: 'mine', managed: {} }],
    registries: [{ name: 'r', sources: ['mine'] }],
    auth: { mode: 'anonymous' },
    database: { ...database.block, ...(port ? { host: '127.0.0.1', port } : {}) },
  });
  const publish = (server: RunningServer, name: string) =>
    server.request('POST', '/v1/entries', { body: { server: newServer(name) } });

  beforeAll(async () => {
    database = await createServerDatabase();
    relay = await startDatabaseRelay({ host: String(database.block['host']), port: Number(database.block['port']) });
    behindRelay = await startServer(config(relay.port));
    other = await startServer(config());
    expect((await publish(behindRelay, 'io.example/before')).status).toBe(201);
    await relay.cut();
  });
  afterAll(async () => {
    await Promise.all([behindRelay?.stop(), other?.stop()]);
    await relay?.stop();
    await database?.drop();
  });

  it('reads go on, also those that nobody asked before', async () => {
    for (const path of [
      SERVERS,
      `${SERVERS}?limit=1`,
      `${SERVERS}?search=before`,
      `${SERVERS}/io.example%2Fbefore/versions`,
    ]) {
      expect((await behindRelay.get(path)).status, path).toBe(200);
    }
    expect((await behindRelay.get(`${SERVERS}/io.example%2Fnope/versions/latest`)).status).toBe(404);
    expect((await behindRelay.internal('/readiness')).json).toEqual({ status: 'ready' });
  });

  it('writes and administrative reads are answered 503 within three seconds', async () => {
    const calls = [
      () => publish(behindRelay, 'io.example/during'),
      () => behindRelay.get('/v1/sources'),
      () => behindRelay.get('/v1/registries/r'),
      () => behindRelay.request('PUT', '/v1/registries/x', { body: { sources: ['mine'] } }),
      () => behindRelay.request('DELETE', '/v1/entries/server/io.example%2Fbefore/versions/1.0.0'),
    ];
    for (const call of calls) {
      const began = performance.now();
      const answer = await call();
      expect([answer.status, answer.json, answer.headers['retry-after']]).toEqual([
        503,
        { error: 'database unavailable' },
        '5',
      ]);
      expect(performance.now() - began).toBeLessThan(3_000);
    }
  });

  it('nothing that others changed meanwhile is missed afterwards', async () => {
    expect((await publish(other, 'io.example/elsewhere')).status).toBe(201);

    await relay.resume();

    await eventually(
      async () => (await behindRelay.get(`${SERVERS}/io.example%2Felsewhere/versions/latest`)).status === 200,
      'the change of the other replica',
    );
    await eventually(async () => (await publish(behindRelay, 'io.example/after')).status === 201, 'a write');
    await eventually(
      async () => (await other.get(`${SERVERS}/io.example%2Fafter/versions/latest`)).status === 200,
      'the write on the other replica',
    );
  });
});
