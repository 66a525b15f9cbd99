import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createDatabaseConnection } from '../../src/database/database-connection.js';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
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
  const dir = await mkdtemp(join(tmpdir(), 'registry-test-'));
  await chmod(dir, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: join(dir, 'postgres'),
    settings: { fsync: 'off', max_connections: '300' },
  });
  const { host, port, user, password, database } = server;
  return {
    url: `postgres://${user}:${password.reveal()}@${host}:${port}/${database}`,
    stop: async () => {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
