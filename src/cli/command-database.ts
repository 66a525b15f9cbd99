import { openDatabase, type OpenDatabase } from '../database/open-database.js';
import { createLogger } from '../telemetry/logging.js';
import type { CliContext } from './cli-context.js';
import type { LoadedConfig } from './config-option.js';

/**
 * Runs a command's work on the configured database, after the configuration's warnings have been logged.
 * @throws Error when the database cannot be opened, and whatever the work throws
 */
export async function withCommandDatabase<T>(
  { config, warnings }: LoadedConfig,
  { environment }: CliContext,
  work: (database: OpenDatabase) => Promise<T>,
): Promise<T> {
  const log = createLogger('cli');
  for (const warning of warnings) log.warn({ warning }, 'configuration warning');
  const database = await openDatabase(config.database, environment);
  try {
    return await work(database);
  } finally {
    await database.stop();
  }
}
