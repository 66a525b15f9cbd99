import { Server } from 'node:net';
import type { Listener } from './listener.js';

/** How long requests in progress may take after the stop, in milliseconds (operations spec 3.1). */
const DRAIN_LIMIT_MS = 30_000;

/** How long a connection without a request in progress may still deliver one, in milliseconds. */
const GRACE_MS = 100;

/**
 * Waits for SIGTERM or SIGINT; further ones are ignored from then on.
 * Before this is called the signals end the process at once, as they should while nothing is being served.
 */
export function waitForStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  });
}

/**
 * Stops accepting connections and resolves when the requests in progress have been answered, or the limit is over.
 * Idle keep-alive connections are closed; busy ones as soon as their answer is out.
 */
export async function drain(listener: Listener): Promise<void> {
  const server = listener.app.getHttpServer();
  // The close of http.Server would at once end connections that look idle because their request has not been read yet.
  const closed = new Promise<void>((resolve) => Server.prototype.close.call(server, () => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), GRACE_MS);
  const limit = setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(limit);
}
