import type { Claims } from '../claims/claims.js';
import type { EntryDocument } from '../documents/entry-document.js';
import type { EntryKind } from '../model/entry-kind.js';

/** Names one version of an entry within a source. */
export type EntryKey = Pick<EntryDocument, 'kind' | 'namespace' | 'name' | 'version'>;

/**
 * The claims that a write gives to entries: one set for all of them, or a function that gives each entry its own. The
 * function is asked once a version; claims belong to the entry, so the answer for its last version in document order counts.
 */
export type EntryClaims = Claims | null | ((document: EntryDocument) => Claims | null);

/** What a write did to a source. */
export interface WriteResult {
  /** Versions that the source holds after the write, per kind. */
  readonly counts: Readonly<Record<EntryKind, number>>;
  /** Versions that were not stored before. */
  readonly added: number;
  /** Versions whose document or status became another. */
  readonly changed: number;
  /** Versions that are no longer stored. */
  readonly removed: number;
  /** The source's revision; the one from before when nothing changed. */
  readonly revision: number;
}

/** What publishing a version has made of it. */
export interface PublishedVersion {
  /** A UUID. */
  readonly publicId: string;
  readonly publishedAt: Date;
  readonly updatedAt: Date;
  /** Whether it is now the latest version of its entry. */
  readonly isLatest: boolean;
}
