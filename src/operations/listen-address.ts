import { createServer } from 'node:net';

/** Where a listener listens; an empty host means all interfaces, port 0 any free port. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What says that an address cannot be listened on. */
export function listenError(flag: string, { host, port }: ListenAddress, error: NodeJS.ErrnoException): Error {
  return new Error(`cannot listen on ${flag} ${host}:${port}: ${error.code ?? error.message}`);
}

/** The address as `net.Server` takes it. */
export function toListenOptions({ host, port }: ListenAddress): { port: number; host?: string } {
  return { port, ...(host ? { host } : {}) };
}

/**
 * Makes sure that an address can be bound, before time is spent on all that has to be there when it is bound.
 * @throws Error naming the address and the flag (operations spec R-11)
 */
export async function assertCanListen(address: ListenAddress, flag: string): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(listenError(flag, address, error)));
    probe.listen(toListenOptions(address), resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}
