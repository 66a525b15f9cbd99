import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import type { DatabaseConfig } from '../../src/config/config.js';
import { createDatabaseConnection } from '../../src/database/database-connection.js';
import { withClient } from '../../src/database/open-client.js';
import { waitForDatabase } from '../../src/database/wait-for-database.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { startDatabaseRelay, type DatabaseRelay } from '../harness/database-relay.js';
import { TEST_AUTHORITY, TEST_SERVER } from '../harness/test-certificates.js';

describe('a connection', () => {
  let db: TestDatabase;
  let dir: string;
  let relay: DatabaseRelay;
  beforeAll(async () => {
    db = await createTestDatabase();
    dir = await mkdtemp(join(tmpdir(), 'registry-connection-'));
    await writeFile(join(dir, 'ca.crt'), TEST_AUTHORITY);
    relay = await startDatabaseRelay({ host: db.config.host, port: db.config.port, tls: TEST_SERVER });
  });
  afterAll(async () => {
    await relay.stop();
    await db.drop();
    await rm(dir, { recursive: true, force: true });
  });

  const connect = async (overrides: Partial<DatabaseConfig>, environment: NodeJS.ProcessEnv = {}): Promise<unknown> => {
    const { application } = await createDatabaseConnection({ ...db.config, ...overrides }, environment);
    return withClient(application, async (client) => (await client.query('SELECT 1 AS n')).rows[0]);
  };

  describe('with TLS', () => {
    const throughRelay = (sslMode: string, trust: boolean, host = '127.0.0.1'): Promise<unknown> =>
      connect({ host, port: relay.port, sslMode }, trust ? { PGSSLROOTCERT: join(dir, 'ca.crt') } : {});

    it.each([
      ['require', false, '127.0.0.1'],
      ['require', true, '127.0.0.1'],
      ['require', true, 'localhost'],
      ['verify-ca', true, '127.0.0.1'],
      ['verify-ca', true, 'localhost'],
      ['verify-full', true, '127.0.0.1'],
    ])('%s (authority known: %s) accepts the server at %s', async (sslMode, trust, host) => {
      relay.seen.tls = relay.seen.plain = 0;

      expect(await throughRelay(sslMode, trust, host)).toEqual({ n: 1 });
      expect(relay.seen).toEqual({ tls: 1, plain: 0 });
    });

    it('verify-ca refuses an authority that nobody knows', async () => {
      await expect(throughRelay('verify-ca', false)).rejects.toThrow(/certificate/);
    });

    it('verify-full refuses a certificate for another host', async () => {
      await expect(throughRelay('verify-full', true, 'localhost')).rejects.toThrow(/localhost/);
    });

    it('require refuses a server without TLS', async () => {
      await expect(connect({ sslMode: 'require' })).rejects.toThrow(
        'does not support SSL connections (set database.sslMode to disable to connect without)',
      );
    });

    it('names the file of root certificates that cannot be read', async () => {
      const environment = { PGSSLROOTCERT: join(dir, 'missing.crt') };

      await expect(connect({ sslMode: 'verify-ca' }, environment)).rejects.toThrow(`"${join(dir, 'missing.crt')}"`);
    });
  });

  describe('with a password file', () => {
    it('finds the password of the user', async () => {
      const file = join(dir, 'pgpass');
      await writeFile(file, `*:${db.config.port}:*:${db.config.user}:${db.config.password!.reveal()}\n`);

      expect(await connect({ password: undefined }, { PGPASSFILE: file })).toEqual({ n: 1 });
    });

    it('fails without one, naming everything but a password', async () => {
      await expect(connect({ password: undefined }, { PGPASSFILE: join(dir, 'none') })).rejects.toThrow(
        `cannot connect to database "${db.config.database}" at ${db.config.host}:${db.config.port} as user "${db.config.user}": no password`,
      );
    });
  });

  describe('waitForDatabase', () => {
    it('waits for a database that comes up late', async () => {
      const late = await startDatabaseRelay(db.config);
      await late.cut();
      const connection = await createDatabaseConnection({ ...db.config, host: '127.0.0.1', port: late.port });

      const waiting = waitForDatabase(connection);
      await sleep(700);
      await late.resume();

      await waiting;
      await late.stop();
    });

    it('gives up when the time is over', async () => {
      const connection = await createDatabaseConnection({ ...db.config, port: await closedPort() });

      await expect(waitForDatabase(connection, 600)).rejects.toThrow(/cannot connect to database .*ECONNREFUSED/);
    });

    it.each([
      [{ password: new Secret('wrong') }, 'password authentication failed'],
      [{ database: 'no_such_database' }, 'does not exist'],
      [{ sslMode: 'require' }, 'does not support SSL'],
    ])('fails at once for %o', async (overrides, message) => {
      const startedAt = Date.now();
      const connection = await createDatabaseConnection({ ...db.config, ...overrides });

      await expect(waitForDatabase(connection)).rejects.toThrow(message);
      expect(Date.now() - startedAt).toBeLessThan(1_000);
    });
  });
});

describe('the pool', () => {
  it('keeps the floor of connections open', async () => {
    const db = await createTestDatabase({ overrides: { maxIdleConns: 3, maxOpenConns: 5 } });

    await db.pool.fill();

    expect(db.pool.usage).toEqual({ idle: 3, used: 0, max: 5 });
    const [{ n }] = (await db.runner.query<{ n: number }>(
      'SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()',
    )) as [{ n: number }];
    expect(n).toBe(3);
    await db.drop();
  });

  it('replaces connections that have reached their age', async () => {
    const db = await createTestDatabase({ overrides: { connMaxLifetimeMs: 300, maxOpenConns: 1 } });
    const pid = async (): Promise<unknown> => (await db.runner.query('SELECT pg_backend_pid() AS pid'))[0];
    const first = await pid();

    await sleep(500);

    expect(await pid()).not.toEqual(first);
    await db.drop();
  });
});

function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
