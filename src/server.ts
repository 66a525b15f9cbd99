import { AppModule } from './app.module.js';
import { Catalog } from './catalog/catalog.js';
import { currentBuildInfo } from './common/build-info.js';
import type { DatabaseConnection } from './database/database-connection.js';
import { MigrationRunner } from './database/migrations/migration-runner.js';
import { openDatabase } from './database/open-database.js';
import { waitForDatabase } from './database/wait-for-database.js';
import { createInternalListener } from './operations/internal-listener.js';
import { listen } from './operations/listener.js';
import { createPublicListener } from './operations/public-listener.js';
import { publicMiddleware } from './operations/public-middleware.js';
import { drain, waitForStopSignal } from './operations/shutdown.js';
import type { ServeOptions } from './serve.js';
import { createLogger } from './telemetry/logging.js';
import type { Telemetry } from './telemetry/telemetry.js';

const log = createLogger('serve');

function printableHost(host: string): string {
  if (host === '') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function announce(options: ServeOptions, port: number, internalPort: number): void {
  const base = `http://${printableHost(options.address.host)}:${port}`;
  const registry = encodeURIComponent(options.config.registries[0]?.name ?? '');
  log.info(
    {
      catalogue: `${base}/registry/${registry}/v0.1/servers`,
      swagger_ui: `${base}/docs`,
      internal: `http://${printableHost(options.internalAddress.host)}:${internalPort}`,
    },
    'ready',
  );
}

/**
 * Runs the server on top of telemetry until SIGTERM or SIGINT: database, listeners, and after the signal the same the
 * other way round, so that requests in progress complete (operations spec R-13).
 * @throws Error on any failure before the listeners are up
 */
export async function runServer(options: ServeOptions, telemetry: Telemetry): Promise<void> {
  for (const warning of options.warnings) log.warn({ warning }, 'configuration warning');
  const database = await openDatabase(options.config.database);
  try {
    await runOn(database.connection, options, telemetry);
  } finally {
    await database.stop();
  }
}

async function runOn(connection: DatabaseConnection, options: ServeOptions, telemetry: Telemetry): Promise<void> {
  const { config } = options;
  await waitForDatabase(connection);
  await (await MigrationRunner.create(connection)).ensureCurrent();
  const listener = await createPublicListener(
    AppModule.register(config, connection),
    { compress: config.environment.compressResponse },
    publicMiddleware(config.telemetry),
  );
  const internal = await createInternalListener(currentBuildInfo(), telemetry.prometheus);
  const catalog = listener.app.get(Catalog);
  internal.readiness.addIndicator({ name: 'catalogue', isUp: () => catalog.isLoaded });
  const port = await listen(listener, options.address, '--address');
  const internalPort = await listen(internal.listener, options.internalAddress, '--internal-address');
  const stopSignal = waitForStopSignal();
  announce(options, port, internalPort);

  log.info({ signal: await stopSignal }, 'stopping');
  internal.readiness.stop();
  await drain(listener);
  await listener.app.close();
  await drain(internal.listener);
  await internal.listener.app.close();
  log.info('stopped');
}
