import type { DatabaseConfig } from '../config/config.js';
import { createDatabaseConnection, type DatabaseConnection } from './database-connection.js';

/** A database that can be connected to. */
export interface OpenDatabase {
  readonly connection: DatabaseConnection;
  /** Stops the embedded database; a server of its own runs on. */
  stop(): Promise<void>;
}

/** The embedded PostgreSQL as a server of its own, once it runs. */
async function startEmbedded(config: DatabaseConfig, dataDir: string): Promise<OpenDatabase> {
  const { startEmbeddedPostgres } = await import('./embedded-postgres.js');
  const postgres = await startEmbeddedPostgres({ dataDir });
  const { host, port, user, password, database } = postgres;
  const server = { ...config, host, port, user, password, database, sslMode: 'disable' };
  return { connection: await createDatabaseConnection(server), stop: () => postgres.stop() };
}

/**
 * Makes the configured database ready to be connected to: starts it when it is the embedded one, else only resolves
 * credentials and TLS. Callers stop it when their last connection is closed.
 * @throws Error as `createDatabaseConnection` and `startEmbeddedPostgres`
 */
export async function openDatabase(
  config: DatabaseConfig,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<OpenDatabase> {
  if (config.embedded) return startEmbedded(config, config.embedded.dataDir);
  return { connection: await createDatabaseConnection(config, environment), stop: async () => undefined };
}
