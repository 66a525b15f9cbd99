import { createServer, type AddressInfo } from 'node:net';
import type { Secret } from '../common/secret.js';
import { createLogger } from '../telemetry/logging.js';
import { EMBEDDED_USER, initialiseFolder, prepareFolder } from './embedded/data-folder.js';
import { PostgresProcess } from './embedded/postgres-process.js';
import { findPostgresProgram } from './embedded/postgres-program.js';
import { clearStalePostmaster } from './embedded/stale-postmaster.js';
import { chooseProcessUser } from './embedded/unprivileged-user.js';

const LOOPBACK = '127.0.0.1';

const SETTINGS = {
  listen_addresses: LOOPBACK,
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

/** A PostgreSQL server of this process, reachable over loopback without TLS. */
export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  readonly database: string;
  /** Stops the server; the data stays. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that came with the installed packages on a data folder, which is created if need be and kept (ahead.md P10).
 * For one machine: the folder serves one process at a time. What a crash of either left behind is cleared away.
 * @param options.dataDir - relative to the working directory, or absolute
 * @param options.settings - server parameters beyond ours
 * @throws Error that names the data folder when it cannot be used
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  settings?: Readonly<Record<string, string>>;
}): Promise<EmbeddedPostgres> {
  const user = await chooseProcessUser(options.dataDir);
  const path = await prepareFolder(options.dataDir, user);
  const program = await findPostgresProgram(user);
  const folder = await initialiseFolder(path, program, user);
  await clearStalePostmaster(folder);
  const server = new PostgresProcess({
    file: program.postgres,
    cluster: folder.cluster,
    user,
    settings: { ...SETTINGS, ...options.settings },
    choosePort: freePort,
  });
  await server.start();
  createLogger('database').warn(
    { dataDir: path, port: server.port },
    'embedded database started; it serves this process alone and is not meant for several replicas',
  );
  return {
    host: LOOPBACK,
    port: server.port,
    user: EMBEDDED_USER,
    password: folder.password,
    database: 'postgres',
    stop: () => server.stop(),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, LOOPBACK, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
