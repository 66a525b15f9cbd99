import type { DatabaseConfig } from '../config/config.js';
import { createDatabaseConnection, type DatabaseConnection } from './database-connection.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';

/** A database that can be connected to. */
export interface OpenDatabase {
  readonly connection: DatabaseConnection;
  /** Stops the embedded database if this process has started it; any other server runs on. */
  stop(): Promise<void>;
}

/** Where an embedded PostgreSQL that runs can be reached. */
export type EmbeddedServer = Omit<EmbeddedPostgres, 'stop'>;

function connectTo(config: DatabaseConfig, server: EmbeddedServer): Promise<DatabaseConnection> {
  const { host, port, user, password, database } = server;
  return createDatabaseConnection({ ...config, host, port, user, password, database, sslMode: 'disable' });
}

/** The embedded PostgreSQL as a server of its own, once it runs. */
async function startEmbedded(config: DatabaseConfig, dataDir: string): Promise<OpenDatabase> {
  const { startEmbeddedPostgres } = await import('./embedded-postgres.js');
  const postgres = await startEmbeddedPostgres({ dataDir });
  return { connection: await connectTo(config, postgres), stop: () => postgres.stop() };
}

/**
 * Makes the configured database ready to be connected to: starts it when it is the embedded one, else only resolves
 * credentials and TLS. Callers stop it when their last connection is closed.
 * @param running - the embedded database where another process runs it
 * @throws Error as `createDatabaseConnection` and `startEmbeddedPostgres`
 */
export async function openDatabase(
  config: DatabaseConfig,
  environment: NodeJS.ProcessEnv = process.env,
  running?: EmbeddedServer,
): Promise<OpenDatabase> {
  const stop = async (): Promise<void> => undefined;
  if (running) return { connection: await connectTo(config, running), stop };
  if (config.embedded) return startEmbedded(config, config.embedded.dataDir);
  return { connection: await createDatabaseConnection(config, environment), stop };
}
