import type { EntryDocument } from '../documents/entry-document.js';
import type { DocumentFailure, RejectedEntry } from '../documents/parsed-document.js';
import type { ParseInstructions } from './parse-document.js';

/** The first message to the thread. */
export interface WorkerTask {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly instructions: ParseInstructions;
}

/** First answer of the thread. */
export type WorkerAnswer =
  | { readonly kind: 'parsed'; readonly rejected: readonly RejectedEntry[]; readonly rejectedCount: number }
  | { readonly kind: 'refused'; readonly message: string; readonly failure: DocumentFailure };

/** Asks the thread for entries from an index on. */
export interface BatchRequest {
  readonly from: number;
}

/** The entries asked for; none at the end. */
export type Batch = readonly EntryDocument[];

/** Entries in one message: few enough to be taken over within a millisecond or two. */
export const BATCH_SIZE = 200;
