import { setTimeout as sleep } from 'node:timers/promises';
import { createApplication } from './application.js';
import { AuditLog } from './audit/audit-log.js';
import { Catalog } from './catalog/catalog.js';
import { currentBuildInfo } from './common/build-info.js';
import { Secret } from './common/secret.js';
import { ChangeFeed } from './database/change-feed.js';
import type { DatabaseConnection } from './database/database-connection.js';
import { openDatabase, type EmbeddedServer } from './database/open-database.js';
import { shareConnections } from './database/pool-share.js';
import { SourceSupervisor } from './kubernetes/source-supervisor.js';
import { followConfiguration } from './operations/follow-configuration.js';
import { createInternalListener } from './operations/internal-listener.js';
import { listen } from './operations/listener.js';
import { registerRegistryMetrics } from './operations/registry-metrics.js';
import { drain, waitForStopSignal } from './operations/shutdown.js';
import type { ServeOptions } from './operations/serve-options.js';
import { GroupMetrics } from './operations/workers/group-metrics.js';
import { processChannel, WorkerLink } from './operations/workers/worker-link.js';
import { createLogger } from './telemetry/logging.js';
import type { Telemetry } from './telemetry/telemetry-handle.js';

const RETRY_MS = 250;

const log = createLogger('serve');

/**
 * Runs one of several workers on top of telemetry until SIGTERM or SIGINT, as `runServer` runs a server alone. All of them
 * have the public port; the one with the background work has the internal listener, too, and speaks for all there.
 * @throws Error on any failure before the listeners are up
 */
export async function runWorker(options: ServeOptions, telemetry: Telemetry): Promise<void> {
  const { config, role } = options;
  process.title = `thv-registry-api: worker ${role.worker} of ${role.workers}`;
  const link = await WorkerLink.open(processChannel());
  if (role.runsBackground) for (const warning of options.warnings) log.warn({ warning }, 'configuration warning');
  const shared = shareConnections(config.database, role.workers);
  const database = await openDatabase(shared, process.env, embeddedOf(link));
  try {
    await runOn(database.connection, options, telemetry, link);
  } finally {
    await database.stop();
    link.close();
  }
}

function embeddedOf({ embedded }: WorkerLink): EmbeddedServer | undefined {
  return embedded && { ...embedded, password: new Secret(embedded.password) };
}

async function runOn(
  connection: DatabaseConnection,
  options: ServeOptions,
  telemetry: Telemetry,
  link: WorkerLink,
): Promise<void> {
  const listener = await createApplication(connection, options);
  const catalog = listener.app.get(Catalog);
  const audit = listener.app.get(AuditLog);
  const changeFeed = listener.app.get(ChangeFeed);
  changeFeed.includeOthers(() => link.announce());
  link.onCatchUp(() => changeFeed.announce());
  const internal = await openInternal(options, telemetry, link);
  internal?.readiness.addIndicator({ name: 'catalogue', isUp: () => catalog.isLoaded });
  internal?.readiness.addDetail({
    name: 'audit log',
    isUp: () => !audit.isFailing && !link.state.degraded.includes('audit log'),
  });
  const discovery = listener.app.get(SourceSupervisor);
  internal?.readiness.addDetails(() => discovery.troubled.map((source) => `kubernetes source ${source}`));
  const own = { isReady: false };
  if (telemetry.prometheus) {
    link.expose(telemetry.prometheus);
    const readiness = internal?.readiness ?? own;
    registerRegistryMetrics({ catalog, audit, buildInfo: currentBuildInfo(), readiness });
  }
  // Others may be serving: a connection that comes here must find something.
  await untilLoaded(catalog);
  const port = await listen(listener, options.address, '--address');
  const stopSignal = waitForStopSignal();
  const reloader = followConfiguration(listener.app, options, link);
  const endReports = link.reportDegraded(() => (audit.isFailing ? ['audit log'] : []));
  own.isReady = true;
  link.reportReady({ port, ...(internal ? { internalPort: internal.port } : {}) });

  log.info({ signal: await stopSignal }, 'stopping');
  own.isReady = false;
  internal?.readiness.stop();
  endReports();
  await reloader.stop();
  await drain(listener);
  await listener.app.close();
  if (internal) {
    await drain(internal.listener);
    await internal.listener.app.close();
  }
  log.info('stopped');
}

/** Opens the internal listener where the background work is done: ready when all workers have been, metrics of all. */
async function openInternal(options: ServeOptions, telemetry: Telemetry, link: WorkerLink) {
  const { worker, runsBackground } = options.role;
  if (!runsBackground || worker === undefined) return undefined;
  const { prometheus } = telemetry;
  const metrics = prometheus && new GroupMetrics(worker, prometheus, () => link.scrapeOthers());
  const internal = await createInternalListener(currentBuildInfo(), metrics);
  internal.readiness.addIndicator({ name: 'workers', isUp: () => link.state.hasStarted });
  internal.readiness.addDetails(() => link.state.away.map((number) => `worker ${number}`));
  const port = await listen(internal.listener, options.internalAddress, '--internal-address', true);
  return { ...internal, port };
}

async function untilLoaded(catalog: Catalog): Promise<void> {
  while (!catalog.isLoaded) {
    // Why it cannot be loaded is said by the catalogue itself, which tries as well.
    await catalog.load().catch(() => sleep(RETRY_MS));
  }
}
