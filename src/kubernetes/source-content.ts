import { createHash } from 'node:crypto';
import type { Claims } from '../claims/claims.js';
import type { EntryDocument } from '../documents/entry-document.js';
import type { RejectedEntry } from '../documents/parsed-document.js';
import type { Conversion } from './convert/to-entry.js';

/** What a source is to hold. */
export interface DiscoveredContent {
  /** In list order; a version is there once. */
  readonly documents: readonly EntryDocument[];
  /** Claims by the entry's name, for entries that have claims of their own; null stands for none. */
  readonly ownClaims: ReadonlyMap<string, Claims | null>;
  readonly rejected: readonly RejectedEntry[];
  /** Two contents with the same are the same. */
  readonly fingerprint: string;
}

function toRejectedEntry({ rejected }: Extract<Conversion, { kind: 'rejected' }>): RejectedEntry {
  const { name, version, path, reason } = rejected;
  return { name, version, path, reason };
}

/**
 * Puts converted objects together. Objects of two kinds may share a name, and are then versions of one entry, whose claims
 * are those of the last one that has any; of two with the same version the first counts (kubernetes spec 10, rows 20 and 21).
 * @param conversions - in list order: by kind, then namespace and name
 */
export function gatherContent(conversions: Iterable<Conversion>): DiscoveredContent {
  const documents: EntryDocument[] = [];
  const ownClaims = new Map<string, Claims | null>();
  const rejected: RejectedEntry[] = [];
  const seen = new Set<string>();
  for (const conversion of conversions) {
    if (conversion.kind === 'rejected') {
      rejected.push(toRejectedEntry(conversion));
      continue;
    }
    const { document, claims } = conversion;
    const { name, version } = document;
    const key = JSON.stringify([name, version]);
    if (seen.has(key)) {
      const reason = `version ${version} is already taken by an object of another kind with this name`;
      rejected.push({ name, version, path: '/metadata/name', reason });
      continue;
    }
    seen.add(key);
    documents.push(document);
    if (claims.kind === 'own') ownClaims.set(name, claims.claims);
  }
  const hashes = documents.map(({ hash }) => hash);
  const summary = JSON.stringify([hashes, [...ownClaims], rejected]);
  return { documents, ownClaims, rejected, fingerprint: createHash('sha256').update(summary).digest('hex') };
}
