import { destination, type DestinationStream } from 'pino';

/** Lines are written before this many characters have gathered, however busy the process is. */
const MAX_WAITING = 64 * 1024;

/** What is kept while the descriptor cannot be written; lines that come later are lost. */
const MAX_STUCK_BYTES = 4 * 1024 * 1024;

/**
 * Writes lines to a file descriptor, those of one turn of the event loop with one system call: under load that is one for
 * a dozen requests instead of one for each. Nothing waits longer than the turn, and what waits is written when the process
 * exits, also because of an error.
 */
export function batchedDestination(fd: number): DestinationStream {
  const file = destination({ dest: fd, sync: true, maxLength: MAX_STUCK_BYTES });
  // A disk that is full must not end the process: what does not fit is written when there is space again.
  file.on('error', () => undefined);
  let waiting = '';
  const flush = (): void => {
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    file.write(lines);
  };
  process.on('exit', flush);
  return {
    write: (line) => {
      if (waiting === '') setImmediate(flush);
      waiting += line;
      if (waiting.length > MAX_WAITING) flush();
    },
  };
}
