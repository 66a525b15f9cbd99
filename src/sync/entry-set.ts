import type { EntryDocument } from '../documents/entry-document.js';
import type { RejectedEntry } from '../documents/parsed-document.js';

/** Entries that may be walked more than once, for a transaction may have to be run again. */
export type EntrySequence = Iterable<EntryDocument> | AsyncIterable<EntryDocument>;

/** The entries of a document or an upstream, validated and filtered. */
export interface EntrySet {
  /** In document order. */
  readonly entries: EntrySequence;
  readonly rejected: readonly RejectedEntry[];
  readonly rejectedCount: number;
  /** Gives back what holds the entries; safe to call twice. */
  dispose(): Promise<void>;
}
