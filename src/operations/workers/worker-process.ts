import cluster from 'node:cluster';
import type { Readable, Writable } from 'node:stream';
import { WORKER_VARIABLE } from '../../common/process-role.js';
import type { FromWorker, ToWorker } from './messages.js';
import { returnUntakenConnections } from './untaken-connections.js';
import { WholeLines } from './whole-lines.js';

/** How a worker ended: one of the two is there. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A worker as the supervisor sees it. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  /** What cannot be delivered any more is dropped. */
  send(message: ToWorker): void;
  kill(signal: NodeJS.Signals): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once. */
  onExit(listener: (how: WorkerExit) => void): void;
}

const ignore = (): void => undefined;

/** Writes lines on; a reader that is slow slows the worker down, one that is gone does not stop it. */
function forward(from: Readable | null, to: Writable): void {
  const lines = from?.pipe(new WholeLines());
  lines?.on('data', (chunk: Buffer) => {
    lines.pause();
    to.write(chunk, () => lines.resume());
  });
}

/**
 * Prepares this process to share its ports with copies of itself, which get its arguments; connections go round.
 * @param workers - how many there are to be
 * @returns what starts the worker of a number, from 1 on. Its output is ours, in whole lines
 */
export function createWorkerFork(workers: number): (worker: number) => WorkerProcess {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({ silent: true });
  // An error of a write reaches its callback; without a listener it would end the process.
  process.stdout.on('error', ignore);
  process.stderr.on('error', ignore);
  // Workers write into a pipe and cannot know where that ends.
  const format = process.env['LOG_FORMAT'] || (process.stderr.isTTY ? 'pretty' : 'json');
  return (number) => {
    const worker = cluster.fork({ [WORKER_VARIABLE]: `${number}/${workers}`, LOG_FORMAT: format });
    returnUntakenConnections(worker.process);
    forward(worker.process.stdout, process.stdout);
    forward(worker.process.stderr, process.stderr);
    return {
      pid: worker.process.pid,
      send: (message) => {
        if (worker.isConnected()) worker.process.send(message, ignore);
      },
      kill: (signal) => void worker.process.kill(signal),
      onMessage: (listener) => worker.process.on('message', (message) => listener(message as FromWorker)),
      onExit: (listener) => {
        worker.process.once('exit', (code, signal) => listener({ code, signal }));
        // A process that could not be started has an error instead of an end.
        worker.on('error', () => {
          if (worker.process.pid === undefined) listener({ code: 1, signal: null });
        });
      },
    };
  };
}
