import { AppModule } from './app.module.js';
import { AuditLog } from './audit/audit-log.js';
import { createAuditBodyMiddleware, createAuditMiddleware } from './audit/audit.middleware.js';
import { AuthSettings } from './auth/auth-settings.js';
import { createAuthenticationMiddleware } from './auth/authentication.middleware.js';
import { RequestAuthenticator } from './auth/request-authenticator.js';
import { currentBuildInfo } from './common/build-info.js';
import type { RegistryConfig } from './config/config.js';
import { createDatabaseConnection } from './database/database-connection.js';
import { MigrationRunner } from './database/migrations/migration-runner.js';
import { createInternalListener } from './operations/internal-listener.js';
import { listen, type ListenAddress, type Listener } from './operations/listener.js';
import { createPublicListener, type PublicMiddleware } from './operations/public-listener.js';
import { drain, waitForStopSignal } from './operations/shutdown.js';
import { createLogger } from './telemetry/logging.js';

const log = createLogger('serve');

/** What `serve` needs to know; all of it has been checked. */
export interface ServeOptions {
  readonly config: RegistryConfig;
  /** One sentence for each oddity of the configuration file, with the full path of the key. */
  readonly warnings: readonly string[];
  readonly address: ListenAddress;
  readonly internalAddress: ListenAddress;
  /** Reads the configuration file anew (ahead.md P12). */
  readonly reload?: () => RegistryConfig;
}

function publicMiddleware({ app, reply }: Listener): PublicMiddleware {
  const audit = app.get(AuditLog);
  return {
    observers: audit.isEnabled ? [createAuditMiddleware(audit)] : [],
    authentication: [
      createAuthenticationMiddleware(app.get(RequestAuthenticator), app.get(AuthSettings), reply),
      ...(audit.isEnabled ? [createAuditBodyMiddleware(audit, reply)] : []),
    ],
  };
}

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
 * Runs the server until SIGTERM or SIGINT.
 * @returns when the last request has been answered and everything is closed
 * @throws Error on any failure before the listeners are up; the message is for the operator
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { config } = options;
  for (const warning of options.warnings) log.warn(warning);
  const connection = await createDatabaseConnection(config.database);
  await (await MigrationRunner.create(connection)).ensureCurrent();
  const listener = await createPublicListener(
    AppModule.register(config, connection),
    { compress: config.environment.compressResponse },
    publicMiddleware,
  );
  const internal = await createInternalListener(currentBuildInfo());
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
