const MAX_WORKERS = 64;

/**
 * Reads how many processes are to serve the port.
 * @param origin - the flag or variable that the text comes from, named in the error
 * @throws Error naming the origin and what was expected
 */
export function parseWorkerCount(text: string, origin: string): number {
  const count = /^[1-9]\d?$/.test(text) ? Number(text) : undefined;
  if (count === undefined || count > MAX_WORKERS) {
    throw new Error(`invalid ${origin} ${JSON.stringify(text)}: expected an integer from 1 to ${MAX_WORKERS}`);
  }
  return count;
}
