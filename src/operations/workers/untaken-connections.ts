import type { ChildProcess } from 'node:child_process';

/** What node:cluster says to a worker and hears from it, as far as it is looked at. */
interface ClusterMessage {
  readonly cmd?: unknown;
  readonly act?: unknown;
  readonly seq?: unknown;
  readonly ack?: unknown;
}

const CLUSTER = 'NODE_CLUSTER';

/**
 * Has connections go to another worker that were given to one which died before it took them. node:cluster forgets them:
 * their clients would wait for as long as they like. A connection that is not taken is passed on by node:cluster itself when
 * the worker says so; for a dead one it is said here.
 */
export function returnUntakenConnections(worker: ChildProcess): void {
  const untaken = new Set<number>();
  const send = worker.send.bind(worker) as (...all: unknown[]) => boolean;
  worker.send = (message: unknown, ...rest: unknown[]): boolean => {
    const { cmd, act, seq } = message as ClusterMessage;
    if (cmd === CLUSTER && act === 'newconn' && typeof seq === 'number') untaken.add(seq);
    return send(message, ...rest);
  };
  worker.on('internalMessage', ({ cmd, ack }: ClusterMessage) => {
    if (cmd === CLUSTER && typeof ack === 'number') untaken.delete(ack);
  });
  const giveBack = (): void => {
    for (const ack of untaken) worker.emit('internalMessage', { cmd: CLUSTER, ack, accepted: false });
  };
  // After node:cluster has taken the worker off its list, which either of the two may do.
  worker.once('exit', () => setImmediate(giveBack));
  worker.once('disconnect', () => setImmediate(giveBack));
}
