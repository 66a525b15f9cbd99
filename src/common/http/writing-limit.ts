import type { HttpResponse } from './request-context.js';

/** How long a client may take to receive an answer, in milliseconds (admin-api spec 2.5). */
export const WRITING_LIMIT_MS = 15_000;

/**
 * Ends the connection of a client that does not take its answer in time: it would hold the answer in memory, and the
 * server's shutdown up. To be called when the whole answer has been handed to the connection. Answers that the system has
 * taken at once, as nearly all are, cost nothing.
 */
export function limitWriting(response: HttpResponse): void {
  if (response.writableLength === 0) return;
  const { socket } = response.req;
  const timer = setTimeout(() => socket.destroy(), WRITING_LIMIT_MS);
  response.once('close', () => clearTimeout(timer));
}
