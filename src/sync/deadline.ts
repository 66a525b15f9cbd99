import { formatDuration } from '../common/duration.js';
import { NetworkError } from './pass-errors.js';

/**
 * Runs work that has to end in time.
 * @param what - the work, for the message when it did not
 * @param work - gets a signal that ends it at the deadline, or with its parent
 * @throws NetworkError at the deadline; the parent's reason when that ends
 */
export async function withDeadline<T>(
  parent: AbortSignal,
  { what, limitMs }: { what: string; limitMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent.throwIfAborted();
  const controller = new AbortController();
  const late = new NetworkError(`${what}: not done within ${formatDuration(limitMs * 1000)}`);
  const timer = setTimeout(() => controller.abort(late), limitMs);
  const follow = () => controller.abort(parent.reason);
  parent.addEventListener('abort', follow, { once: true });
  try {
    return await work(controller.signal);
  } catch (error) {
    // Whatever the work fell over when it was ended: what counts is why it was ended.
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', follow);
  }
}

/** Waits, but not longer than until the signal. @throws the signal's reason */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
