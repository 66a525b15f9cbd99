import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

const SSL_REQUEST = 80_877_103;

/** What {@link startDatabaseRelay} relays to, and how. */
export interface RelayOptions {
  readonly host: string;
  readonly port: number;
  /** Offers TLS to clients that ask for it. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A relay in front of PostgreSQL that can fail in the ways that networks do. */
export interface DatabaseRelay {
  readonly port: number;
  /** Connections that were encrypted, and that were not. */
  readonly seen: { tls: number; plain: number };
  /** Swallows notifications, as a transaction-pooling proxy does. */
  dropsNotifications: boolean;
  /** Drops all connections and refuses new ones. */
  cut(): Promise<void>;
  /** Lets connections in again. */
  resume(): Promise<void>;
  /** Keeps connections open, also new ones, and lets nothing through. */
  hang(): void;
  /** New connections work; those from before stay dead without a word, as after a fail-over. */
  release(): void;
  stop(): Promise<void>;
}

/** Starts a relay on a loopback port of its own. */
export async function startDatabaseRelay(options: RelayOptions): Promise<DatabaseRelay> {
  const sockets = new Set<Socket>();
  const seen = { tls: 0, plain: 0 };
  const dead = new WeakSet<Socket>();
  let isHanging = false;

  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const link = (client: Socket, first?: Buffer): void => {
    const server = keep(connect(options.port, options.host));
    const filter = notificationFilter();
    if (first) server.write(first);
    client.on('data', (data: Buffer) => void (dead.has(server) || server.write(data)));
    server.on('data', (data: Buffer) => {
      if (!dead.has(server)) client.write(relay.dropsNotifications ? filter(data) : data);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  };
  const accept = (client: Socket): void => {
    keep(client).once('data', (first) => {
      if (isHanging) return;
      if (!options.tls || first.length < 8 || first.readInt32BE(4) !== SSL_REQUEST) {
        seen.plain++;
        return link(client, first);
      }
      seen.tls++;
      client.write('S');
      link(new TLSSocket(client, { isServer: true, ...options.tls }).on('error', () => undefined));
    });
  };
  const open = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer(accept).once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  let server = await open(0);
  const { port } = server.address() as AddressInfo;
  const cut = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    dropAll();
    await closed;
  };
  const relay: DatabaseRelay = {
    port,
    seen,
    dropsNotifications: false,
    cut,
    resume: async () => {
      server = await open(port);
    },
    hang: () => {
      isHanging = true;
      for (const socket of sockets) dead.add(socket);
    },
    release: () => {
      isHanging = false;
    },
    stop: cut,
  };
  return relay;
}

/** Takes NotificationResponse messages out of a server's stream; each message is a type byte and a length that counts itself. */
function notificationFilter(): (data: Buffer) => Buffer {
  let pending: Buffer = Buffer.alloc(0);
  return (data) => {
    pending = Buffer.concat([pending, data]);
    const kept: Buffer[] = [];
    while (pending.length >= 5) {
      const end = 1 + pending.readInt32BE(1);
      if (pending.length < end) break;
      if (pending.subarray(0, 1).toString() !== 'A') kept.push(pending.subarray(0, end));
      pending = pending.subarray(end);
    }
    return Buffer.concat(kept);
  };
}
