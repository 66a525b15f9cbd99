import type { EntityManager } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import type { EntryDocument } from '../documents/entry-document.js';

/** A version of an entry with the history that it has at another registry server. */
export interface AdoptedVersion {
  readonly document: EntryDocument;
  readonly claims: Claims | null;
  /** UUID: the identity that publishing it was answered with. */
  readonly publicId: string;
  readonly publishedAt: Date;
  readonly statusChangedAt: Date;
  readonly updatedAt: Date;
  /** Times of the entry, where it comes into being with this version. */
  readonly entry?: { readonly createdAt: Date; readonly updatedAt: Date };
}

const RESTORE_VERSIONS = `
  UPDATE entry_version v SET
    public_id = a.public_id, published_at = a.published_at, status_changed_at = a.status_changed_at,
    updated_at = a.updated_at
  FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::timestamptz[], $8::timestamptz[],
      $9::timestamptz[])
    AS a (kind, namespace, name, version, public_id, published_at, status_changed_at, updated_at)
  JOIN entry e ON e.source_id = $1 AND e.kind = a.kind AND e.name = a.name AND e.namespace = a.namespace
  WHERE v.entry_id = e.id AND v.version = a.version`;

const RESTORE_ENTRIES = `
  UPDATE entry e SET created_at = a.created_at, updated_at = a.updated_at
  FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
    AS a (kind, namespace, name, created_at, updated_at)
  WHERE e.source_id = $1 AND e.kind = a.kind AND e.name = a.name AND e.namespace = a.namespace`;

/** Gives versions that were stored in this transaction, and their new entries, the identities and times they had. */
export async function restoreHistory(
  tx: EntityManager,
  sourceId: number,
  versions: readonly AdoptedVersion[],
): Promise<void> {
  await tx.query(RESTORE_VERSIONS, [
    sourceId,
    versions.map(({ document }) => document.kind),
    versions.map(({ document }) => document.namespace),
    versions.map(({ document }) => document.name),
    versions.map(({ document }) => document.version),
    versions.map(({ publicId }) => publicId),
    versions.map(({ publishedAt }) => publishedAt),
    versions.map(({ statusChangedAt }) => statusChangedAt),
    versions.map(({ updatedAt }) => updatedAt),
  ]);
  const founders = versions.flatMap(({ document, entry }) => (entry ? [{ document, entry }] : []));
  await tx.query(RESTORE_ENTRIES, [
    sourceId,
    founders.map(({ document }) => document.kind),
    founders.map(({ document }) => document.namespace),
    founders.map(({ document }) => document.name),
    founders.map(({ entry }) => entry.createdAt),
    founders.map(({ entry }) => entry.updatedAt),
  ]);
}
