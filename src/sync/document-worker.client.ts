import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { readAhead } from '../common/read-ahead.js';
import { DocumentError } from '../documents/parsed-document.js';
import type { EntryDocument } from '../documents/entry-document.js';
import type { Batch, BatchRequest, WorkerAnswer, WorkerTask } from './document-worker.protocol.js';
import type { EntrySet } from './entry-set.js';
import type { ParseInstructions } from './parse-document.js';

const WORKER_FILE = new URL('./document.worker.js', import.meta.url);

/** Whether the thread's program stands beside this file; it does in the built program, not when tests run the sources. */
export const hasWorker = existsSync(WORKER_FILE);

/** Short-lived objects are collected more often, in less memory, than on the main thread. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 16 };

/** Memory that holds hardly anything else is handed over instead of copied. */
const MAX_SPARE_BYTES = 1024;

/** The next message of a thread, or the error over which it ended. */
function nextMessage<T>(worker: Worker, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      end();
    };
    const onMessage = (message: T) => settle(() => resolve(message));
    const onError = (error: Error) => settle(() => reject(error));
    const onExit = () => settle(() => reject(new Error('the thread that parses the document ended early')));
    const onAbort = () => settle(() => reject(signal.reason as Error));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

async function* readBatches(worker: Worker, signal: AbortSignal): AsyncGenerator<EntryDocument> {
  let from = 0;
  const request = (previous: Batch): Promise<Batch> => {
    from += previous.length;
    const message = nextMessage<Batch>(worker, signal);
    worker.postMessage({ from } satisfies BatchRequest);
    return message;
  };
  for await (const batch of readAhead(request, ({ length }) => length === 0)) yield* batch;
}

/**
 * Parses a document on a thread of its own, which keeps the entries and hands them over in batches as they are walked. The
 * thread ends when the set is disposed of.
 * @param bytes - moved to the thread when they own their memory, else copied
 * @throws DocumentError when the document is refused
 */
export async function parseInWorker(
  bytes: Buffer<ArrayBuffer>,
  instructions: ParseInstructions,
  signal: AbortSignal,
): Promise<EntrySet> {
  const worker = new Worker(WORKER_FILE, { resourceLimits: RESOURCE_LIMITS });
  const dispose = async () => void (await worker.terminate());
  try {
    const first = nextMessage<WorkerAnswer>(worker, signal);
    const task: WorkerTask = { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), instructions };
    const ownsMemory = bytes.buffer.byteLength - bytes.byteLength < MAX_SPARE_BYTES;
    worker.postMessage(task, ownsMemory ? [bytes.buffer] : []);
    const answer = await first;
    if (answer.kind === 'refused') throw new DocumentError(answer.message, { failure: answer.failure });
    const { rejected, rejectedCount } = answer;
    return { entries: { [Symbol.asyncIterator]: () => readBatches(worker, signal) }, rejected, rejectedCount, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
