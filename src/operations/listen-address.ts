import { createServer, type Server } from 'node:net';

/** Where a listener listens; an empty host means all interfaces, port 0 any free port. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What the codes that people meet mean. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is already in use (EADDRINUSE)',
  EADDRNOTAVAIL: 'this machine has no such address (EADDRNOTAVAIL)',
  EACCES: 'permission denied (EACCES)',
};

/** What says that an address cannot be listened on. */
export function listenError(flag: string, { host, port }: ListenAddress, error: NodeJS.ErrnoException): Error {
  const printed = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const reason = REASONS[error.code ?? ''] ?? error.message;
  return new Error(`cannot listen on ${flag} ${printed}: ${reason}`, { cause: error });
}

/** The address as `net.Server` takes it. */
export function toListenOptions({ host, port }: ListenAddress): { port: number; host?: string } {
  return { port, ...(host ? { host } : {}) };
}

/** Both addresses of the server. */
export interface ListenAddresses {
  readonly address: ListenAddress;
  readonly internalAddress: ListenAddress;
}

/**
 * Makes sure that both addresses can be bound, and side by side, before time is spent on all that has to be there when they are.
 * @throws Error naming the address and the flag (operations spec R-11)
 */
export async function assertCanListen({ address, internalAddress }: ListenAddresses): Promise<void> {
  const probes: Server[] = [];
  try {
    probes.push(await bind(address, '--address'));
    probes.push(await bind(internalAddress, '--internal-address'));
  } finally {
    for (const probe of probes) await new Promise((resolve) => probe.close(resolve));
  }
}

function bind(address: ListenAddress, flag: string): Promise<Server> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (error) => reject(listenError(flag, address, error)));
    probe.listen(toListenOptions(address), () => resolve(probe));
  });
}
