import { randomBytes } from 'node:crypto';
import { DataSource, type EntitySchema } from 'typeorm';
import { inject } from 'vitest';
import type { DatabaseConfig } from '../../src/config/config.js';
import type { ChangeFeed } from '../../src/database/change-feed.js';
import type { ConnectionPool } from '../../src/database/connection-pool.js';
import { createDataSourceOptions } from '../../src/database/data-source-options.js';
import { createDatabaseConnection, type DatabaseConnection } from '../../src/database/database-connection.js';
import type { DatabaseHealth } from '../../src/database/database-health.js';
import { createDatabaseServices } from '../../src/database/database-services.js';
import { withClient } from '../../src/database/open-client.js';
import type { TransactionRunner } from '../../src/database/transaction-runner.js';
import { databaseConfigOf, withDatabase } from './database-config.js';

/** A database of a test's own, with the services that the application has on it. */
export interface TestDatabase {
  readonly url: string;
  readonly config: DatabaseConfig;
  readonly connection: DatabaseConnection;
  readonly dataSource: DataSource;
  readonly runner: TransactionRunner;
  /** Not listening until `onApplicationBootstrap()`; announcements of this process arrive all the same. */
  readonly changeFeed: ChangeFeed;
  readonly health: DatabaseHealth;
  readonly pool: ConnectionPool;
  /** Closes all connections and drops the database. */
  drop(): Promise<void>;
}

/** Options of {@link createTestDatabase}. */
export interface TestDatabaseOptions {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- as TypeORM declares it
  readonly entities?: (Function | EntitySchema)[];
  /** Changes of the configuration, such as the port of a relay. */
  readonly overrides?: Partial<DatabaseConfig>;
  /** Copy the migrated template (default) or create an empty database. */
  readonly migrated?: boolean;
}

/** Creates a database: migrated and without rows, unless told otherwise. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const adminUrl = inject('postgresUrl');
  const template = options.migrated === false ? 'template0' : inject('templateDatabase');
  await administer(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = withDatabase(adminUrl, name);
  const config = databaseConfigOf(url, options.overrides);
  const connection = await createDatabaseConnection(config);
  const dataSource = new DataSource({ ...createDataSourceOptions(connection), entities: options.entities ?? [] });
  await dataSource.initialize();
  const { runner, changeFeed, health, pool } = createDatabaseServices(connection, dataSource);
  return {
    url,
    config,
    connection,
    dataSource,
    runner,
    changeFeed,
    health,
    pool,
    drop: async () => {
      await changeFeed.beforeApplicationShutdown();
      await dataSource.destroy();
      await administer(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** Runs one statement as the superuser of the server at the URL. */
export async function administer(url: string, sql: string): Promise<void> {
  const { application } = await createDatabaseConnection(databaseConfigOf(url));
  await withClient(application, (client) => client.query(sql));
}
