import type { JsonValue } from '../common/exact-json.js';
import type { EntryDocument } from '../documents/entry-document.js';
import type { RejectedEntry } from '../documents/parsed-document.js';
import type { EntryKey } from '../entries/write-result.js';
import type { CreationType } from '../model/source-settings.js';
import type { EntrySet } from './entry-set.js';
import type { SourceContent } from './source-content.js';

/** A source as far as reading it goes. */
export interface ReadableSource extends SourceContent {
  readonly id: number;
  readonly creationType: CreationType;
}

/** What a pass may build upon: the last pass, if that succeeded and the definition has not changed since. */
export interface PassBasis {
  /** What that pass left out, as far as the status tells. */
  readonly rejected: readonly RejectedEntry[];
  readonly rejectedCount: number;
  /** SHA-256 of what the pass before fetched; null when it was an incremental one. */
  readonly contentHash: string | null;
  /** What the fetcher left for its next pass. */
  readonly fetchState: JsonValue;
}

/** The source delivers what it delivered in the last pass. */
export interface NothingNew {
  readonly kind: 'unchanged';
  readonly fetchState: JsonValue;
}

/** Everything that the source delivers. */
export interface Snapshot extends EntrySet {
  readonly kind: 'snapshot';
  /** SHA-256 (hexadecimal) of what was fetched, before filtering. */
  readonly contentHash: string;
  readonly fetchState: JsonValue;
}

/** What changed since the last pass, from an upstream that can tell (ahead.md P4). */
export interface Changes {
  readonly kind: 'changes';
  readonly upserts: readonly EntryDocument[];
  readonly removals: readonly EntryKey[];
  /** Of the whole source, as far as they are known. */
  readonly rejected: readonly RejectedEntry[];
  readonly rejectedCount: number;
  readonly fetchState: JsonValue;
}

/** What reading a source came to. */
export type SourceReading = NothingNew | Snapshot | Changes;
