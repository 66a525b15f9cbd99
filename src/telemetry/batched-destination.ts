import { destination, type DestinationStream } from 'pino';

/** Lines are written before this many characters have gathered, however busy the process is. */
const MAX_WAITING = 64 * 1024;

/** Under load lines gather for this long before they are written, in milliseconds. */
const PAUSE_MS = 2;

/** What is kept while the descriptor cannot be written; lines that come later are lost. */
const MAX_STUCK_BYTES = 4 * 1024 * 1024;

/**
 * Writes lines to a file descriptor: those of one turn of the event loop with one system call when the turn is over, and
 * under load those of a few turns, which is one call for dozens of requests instead of one for each. Nothing waits longer
 * than two milliseconds, and what waits is written when the process exits, also because of an error.
 */
export function batchedDestination(fd: number): DestinationStream {
  const file = destination({ dest: fd, sync: true, maxLength: MAX_STUCK_BYTES });
  // A disk that is full must not end the process: what does not fit is written when there is space again.
  file.on('error', () => undefined);
  let waiting = '';
  let flushedAt = -PAUSE_MS;
  const flush = (): void => {
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    flushedAt = performance.now();
    file.write(lines);
  };
  const flushSoon = (): void => {
    if (performance.now() - flushedAt < PAUSE_MS) setTimeout(flush, PAUSE_MS);
    else setImmediate(flush);
  };
  process.on('exit', flush);
  return {
    write: (line) => {
      if (waiting === '') flushSoon();
      waiting += line;
      if (waiting.length > MAX_WAITING) flush();
    },
  };
}
