import type { DatabaseConfig } from '../config/config.js';
import { createDatabaseConnection, type DatabaseConnection } from '../database/database-connection.js';
import { withClient } from '../database/open-client.js';
import { createLogger, type Logger } from '../telemetry/logging.js';
import type { CliContext } from './cli-context.js';
import type { LoadedConfig } from './config-option.js';

/** The configured database, open for the time of one command. */
export interface CommandDatabase {
  readonly connection: DatabaseConnection;
  readonly log: Logger;
  runAsMigrationUser(sql: string): Promise<void>;
  /** Stops the embedded database; a server of its own runs on. */
  close(): Promise<void>;
}

/** The connection to an embedded database that runs, and how to stop it. */
async function start(config: DatabaseConfig): Promise<{ server: DatabaseConfig; stop: () => Promise<void> }> {
  if (!config.embedded) return { server: config, stop: async () => undefined };
  const { startEmbeddedPostgres } = await import('../database/embedded-postgres.js');
  const { host, port, user, password, database, stop } = await startEmbeddedPostgres(config.embedded);
  return { server: { ...config, host, port, user, password, database, sslMode: 'disable' }, stop };
}

/**
 * Logs the configuration's warnings and opens its database, which is started when it is the embedded one.
 * @throws Error when the database cannot be opened
 */
export async function openCommandDatabase(
  { config, warnings }: LoadedConfig,
  { environment }: CliContext,
): Promise<CommandDatabase> {
  const log = createLogger('cli');
  for (const warning of warnings) log.warn({ warning }, 'configuration warning');
  const { server, stop } = await start(config.database);
  try {
    const connection = await createDatabaseConnection(server, environment);
    return {
      connection,
      log,
      runAsMigrationUser: (sql) => withClient(connection.migration, async (client) => void (await client.query(sql))),
      close: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
