import type { RegistryConfig } from './config/config.js';
import { announce } from './operations/announce.js';
import { assertCanListen, type ListenAddress } from './operations/listen-address.js';
import { Supervisor } from './operations/workers/supervisor.js';
import { createWorkerFork } from './operations/workers/worker-process.js';
import type { EmbeddedAddress } from './operations/workers/messages.js';

/** What a server of several processes needs to know before it starts them; they read the rest themselves. */
export interface SuperviseOptions {
  readonly config: RegistryConfig;
  readonly address: ListenAddress;
  readonly internalAddress: ListenAddress;
  readonly workers: number;
}

/** The embedded database and how it is stopped. */
interface Embedded {
  readonly address?: EmbeddedAddress;
  stop(): Promise<void>;
}

async function startEmbedded({ embedded }: RegistryConfig['database']): Promise<Embedded> {
  if (!embedded) return { stop: async () => undefined };
  const { startEmbeddedPostgres } = await import('./database/embedded-postgres.js');
  const postgres = await startEmbeddedPostgres({ dataDir: embedded.dataDir });
  const { host, port, user, password, database } = postgres;
  return { address: { host, port, user, password: password.reveal(), database }, stop: () => postgres.stop() };
}

/**
 * Serves with several processes on one port until SIGTERM or SIGINT. This one serves nothing itself: it shares the port out,
 * passes signals on, replaces workers that die, and runs the embedded database.
 * @returns the exit code: 0 when all ended well, 1 after a start that failed, of which the worker has said why
 * @throws Error naming the address that cannot be bound, or the data folder that cannot be used
 */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const { workers, address, internalAddress } = options;
  process.title = `thv-registry-api: supervisor of ${workers} workers`;
  await assertCanListen({ address, internalAddress });
  const database = await startEmbedded(options.config.database);
  try {
    const supervisor = new Supervisor({
      workers,
      fork: createWorkerFork(workers),
      ...(database.address ? { embedded: database.address } : {}),
      onStarted: ({ port, internalPort = internalAddress.port }) => announce({ ...options, port, internalPort }),
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => supervisor.stop(signal));
    process.on('SIGHUP', () => supervisor.hangUp());
    return await supervisor.run();
  } finally {
    await database.stop();
  }
}
