import { InvalidInputError } from '../common/errors.js';
import type { EntryDocument } from './entry-document.js';

/** An entry that was left out, as `syncStatus.rejectedEntries` shows it (ahead.md P3). */
export interface RejectedEntry {
  /** As far as the entry has one: a server's name, or the bare name of a skill or plugin; else empty. */
  readonly name: string;
  readonly version: string;
  /** JSON Pointer (RFC 6901) of the offending member; of its parent when a member is missing. */
  readonly path: string;
  /** What is wrong, with the member's path inside the entry: `description must be a string`. */
  readonly reason: string;
}

/** What a registry document holds. */
export interface ParsedDocument {
  /** Valid entries in document order: servers, skills, plugins; identical duplicates once. */
  readonly entries: readonly EntryDocument[];
  /** Entries left out, in document order; at most the first 1000. Empty unless `onInvalidEntry` is `skip`. */
  readonly rejected: readonly RejectedEntry[];
  /** How many were left out in all. */
  readonly rejectedCount: number;
}

/** The step of a pass that a refused document fails, which decides the prefix of the status message (sync spec 5.3). */
export type DocumentFailure = 'validation' | 'storage';

/** A registry document that is refused whole. */
export class DocumentError extends InvalidInputError {
  /** `storage` for what known servers find out when they store: duplicates and oversized metadata (sync spec 3.1, 3.3). */
  readonly failure: DocumentFailure;

  constructor(message: string, options?: { cause?: unknown; failure?: DocumentFailure }) {
    super(message, options);
    this.failure = options?.failure ?? 'validation';
  }
}
