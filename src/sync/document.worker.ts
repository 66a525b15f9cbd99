// Runs on a thread of its own: parses one document and hands its entries over, batch by batch.
import { parentPort } from 'node:worker_threads';
import { DocumentError } from '../documents/parsed-document.js';
import {
  BATCH_SIZE,
  type Batch,
  type BatchRequest,
  type WorkerAnswer,
  type WorkerTask,
} from './document-worker.protocol.js';
import { parseDocument } from './parse-document.js';

function work({ bytes, instructions }: WorkerTask): { answer: WorkerAnswer; entries: Batch } {
  try {
    const { entries, rejected, rejectedCount } = parseDocument(bytes, instructions);
    return { answer: { kind: 'parsed', rejected, rejectedCount }, entries };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return { answer: { kind: 'refused', message: error.message, failure: error.failure }, entries: [] };
  }
}

// The task comes as a message, whose bytes are gone from memory once they have been parsed.
parentPort?.once('message', (task: WorkerTask) => {
  const { answer, entries } = work(task);
  // Given back at once, not when this thread happens to collect its garbage.
  task.bytes.buffer.transfer(0);
  parentPort?.on('message', ({ from }: BatchRequest) => {
    parentPort?.postMessage(entries.slice(from, from + BATCH_SIZE));
  });
  parentPort?.postMessage(answer);
});
