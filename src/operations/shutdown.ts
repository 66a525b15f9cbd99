import type { Listener } from './listener.js';

/** How long requests in progress may take after the stop, in milliseconds (operations spec 3.1). */
const DRAIN_LIMIT_MS = 30_000;

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
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const limit = setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(limit);
}
