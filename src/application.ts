import { AppModule } from './app.module.js';
import type { DatabaseConnection } from './database/database-connection.js';
import { MigrationRunner } from './database/migrations/migration-runner.js';
import { waitForDatabase } from './database/wait-for-database.js';
import type { Listener } from './operations/listener.js';
import { createPublicListener } from './operations/public-listener.js';
import { publicMiddleware } from './operations/public-middleware.js';
import type { ServeOptions } from './operations/serve-options.js';

/**
 * Creates all that stands behind the public port, which is not open yet, on a database that is waited for and migrated.
 * @throws Error when the database stays away or does not let us in, or when the configuration cannot be applied
 */
export async function createApplication(connection: DatabaseConnection, options: ServeOptions): Promise<Listener> {
  const { config, role } = options;
  await waitForDatabase(connection);
  if (role.runsBackground) await (await MigrationRunner.create(connection)).ensureCurrent();
  // From the opening of its file on, a rotation of the audit log must not end the process; the path is watched anyway.
  if (config.audit.enabled && config.audit.logFile) process.on('SIGHUP', () => undefined);
  return createPublicListener(
    AppModule.register(config, connection, role),
    { compress: config.environment.compressResponse },
    publicMiddleware(config.telemetry),
  );
}
