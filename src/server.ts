import { createApplication } from './application.js';
import { AuditLog } from './audit/audit-log.js';
import { Catalog } from './catalog/catalog.js';
import { currentBuildInfo } from './common/build-info.js';
import type { DatabaseConnection } from './database/database-connection.js';
import { openDatabase } from './database/open-database.js';
import { SourceSupervisor } from './kubernetes/source-supervisor.js';
import { announce } from './operations/announce.js';
import { followConfiguration } from './operations/follow-configuration.js';
import { createInternalListener } from './operations/internal-listener.js';
import { assertCanListen } from './operations/listen-address.js';
import { listen } from './operations/listener.js';
import { registerRegistryMetrics } from './operations/registry-metrics.js';
import { drain, waitForStopSignal } from './operations/shutdown.js';
import type { ServeOptions } from './operations/serve-options.js';
import { createLogger } from './telemetry/logging.js';
import type { Telemetry } from './telemetry/telemetry-handle.js';

const log = createLogger('serve');

/**
 * Runs the server on top of telemetry until SIGTERM or SIGINT: database, listeners, and after the signal the same the
 * other way round, so that requests in progress complete (operations spec R-13).
 * @throws Error on any failure before the listeners are up
 */
export async function runServer(options: ServeOptions, telemetry: Telemetry): Promise<void> {
  for (const warning of options.warnings) log.warn({ warning }, 'configuration warning');
  await assertCanListen(options);
  const database = await openDatabase(options.config.database);
  try {
    await runOn(database.connection, options, telemetry);
  } finally {
    await database.stop();
  }
}

async function runOn(connection: DatabaseConnection, options: ServeOptions, telemetry: Telemetry): Promise<void> {
  const listener = await createApplication(connection, options);
  const buildInfo = currentBuildInfo();
  const internal = await createInternalListener(buildInfo, telemetry.prometheus);
  const catalog = listener.app.get(Catalog);
  const audit = listener.app.get(AuditLog);
  const { readiness } = internal;
  readiness.addIndicator({ name: 'catalogue', isUp: () => catalog.isLoaded });
  readiness.addDetail({ name: 'audit log', isUp: () => !audit.isFailing });
  const discovery = listener.app.get(SourceSupervisor);
  readiness.addDetails(() => discovery.troubled.map((source) => `kubernetes source ${source}`));
  if (telemetry.prometheus) registerRegistryMetrics({ catalog, audit, buildInfo, readiness });
  const port = await listen(listener, options.address, '--address');
  const internalPort = await listen(internal.listener, options.internalAddress, '--internal-address');
  const stopSignal = waitForStopSignal();
  const reloader = followConfiguration(listener.app, options);
  announce({ ...options, port, internalPort });

  log.info({ signal: await stopSignal }, 'stopping');
  readiness.stop();
  await reloader.stop();
  await drain(listener);
  await listener.app.close();
  await drain(internal.listener);
  await internal.listener.app.close();
  log.info('stopped');
}
