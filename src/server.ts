import type { INestApplication } from '@nestjs/common';
import { AppModule } from './app.module.js';
import { AuditLog } from './audit/audit-log.js';
import { AuthReloader } from './auth/auth-reloader.js';
import { Catalog } from './catalog/catalog.js';
import { currentBuildInfo } from './common/build-info.js';
import { thisProcess } from './common/process-role.js';
import type { DatabaseConnection } from './database/database-connection.js';
import { MigrationRunner } from './database/migrations/migration-runner.js';
import { openDatabase } from './database/open-database.js';
import { waitForDatabase } from './database/wait-for-database.js';
import { SourceSupervisor } from './kubernetes/source-supervisor.js';
import { ConfigReloader } from './operations/config-reloader.js';
import { createInternalListener } from './operations/internal-listener.js';
import { assertCanListen, listen } from './operations/listener.js';
import { createPublicListener } from './operations/public-listener.js';
import { publicMiddleware } from './operations/public-middleware.js';
import { registerRegistryMetrics } from './operations/registry-metrics.js';
import { drain, waitForStopSignal } from './operations/shutdown.js';
import { ProvisioningService } from './provisioning/provisioning.service.js';
import type { ServeOptions } from './operations/serve-options.js';
import { createLogger } from './telemetry/logging.js';
import type { Telemetry } from './telemetry/telemetry-handle.js';

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

/** Applies the file when it changes, and on SIGHUP, which also opens the audit log anew. */
function followConfiguration(app: INestApplication, options: ServeOptions): ConfigReloader {
  const provisioning = app.get(ProvisioningService);
  const auth = app.get(AuthReloader);
  const audit = app.get(AuditLog);
  const reloader = new ConfigReloader({
    path: options.configPath,
    current: options.config,
    read: options.reload,
    apply: async (config) => {
      const applyAuth = await auth.prepare(config.auth);
      await provisioning.apply(config);
      applyAuth();
    },
  });
  process.on('SIGHUP', () => {
    audit.reopen();
    void reloader.reload();
  });
  reloader.start();
  return reloader;
}

/**
 * Runs the server on top of telemetry until SIGTERM or SIGINT: database, listeners, and after the signal the same the
 * other way round, so that requests in progress complete (operations spec R-13).
 * @throws Error on any failure before the listeners are up
 */
export async function runServer(options: ServeOptions, telemetry: Telemetry): Promise<void> {
  for (const warning of options.warnings) log.warn({ warning }, 'configuration warning');
  await assertCanListen(options.address, '--address');
  await assertCanListen(options.internalAddress, '--internal-address');
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
  // From the opening of its file on, a rotation of the audit log must not end the process; the path is watched anyway.
  if (config.audit.enabled && config.audit.logFile) process.on('SIGHUP', () => undefined);
  const listener = await createPublicListener(
    AppModule.register(config, connection, thisProcess),
    { compress: config.environment.compressResponse },
    publicMiddleware(config.telemetry),
  );
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
  announce(options, port, internalPort);

  log.info({ signal: await stopSignal }, 'stopping');
  readiness.stop();
  await reloader.stop();
  await drain(listener);
  await listener.app.close();
  await drain(internal.listener);
  await internal.listener.app.close();
  log.info('stopped');
}
