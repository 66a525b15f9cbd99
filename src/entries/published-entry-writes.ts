import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { isUnclaimed, sameClaims, type Claims } from '../claims/claims.js';
import { ConflictError } from '../common/errors.js';
import type { EntryDocument } from '../documents/entry-document.js';
import { latestIndex } from '../documents/version-order.js';
import { EntryVersionEntity } from './entry-version.entity.js';
import { EntryEntity } from './entry.entity.js';
import { raiseRevision, writeStamp, type LockedSource } from './source-lock.js';
import type { PublishedVersion } from './write-result.js';

function versionExists({ kind, name, version }: EntryDocument): ConflictError {
  const spelled = kind === 'server' ? `${name}@${version}` : `${name} ${version}`;
  return new ConflictError(`version already exists: ${spelled}`);
}

async function insertEntry(
  tx: EntityManager,
  sourceId: number,
  { kind, namespace, name }: EntryDocument,
  claims: Claims | null,
  stamp: Date,
): Promise<number> {
  const { identifiers } = await tx.insert(EntryEntity, {
    sourceId,
    kind,
    namespace,
    name,
    claims: isUnclaimed(claims) ? null : claims,
    createdAt: stamp,
    updatedAt: stamp,
  });
  return Number(identifiers[0]?.['id']);
}

/** Readers find changed versions by their revision; which one is the latest depends on the others. */
async function touchVersions(tx: EntityManager, entryId: number, revision: number): Promise<void> {
  await tx.update(EntryVersionEntity, { entryId }, { revision });
}

/**
 * Adds a version to an entry of a locked source, behind those that are there, or makes the entry with its first version.
 * @throws ConflictError when the entry has other claims or has the version already (admin-api spec 6)
 */
export async function publishVersion(
  tx: EntityManager,
  source: LockedSource,
  document: EntryDocument,
  claims: Claims | null,
): Promise<PublishedVersion> {
  const { kind, namespace, name, version } = document;
  const entry = await tx.findOneBy(EntryEntity, { sourceId: source.id, kind, namespace, name });
  if (entry && !sameClaims(entry.claims, claims)) {
    throw new ConflictError('claims mismatch: claims do not match existing entry');
  }
  const siblings = entry
    ? await tx.find(EntryVersionEntity, {
        select: { id: true, version: true, ordinal: true },
        where: { entryId: entry.id },
        order: { ordinal: 'ASC' },
      })
    : [];
  if (siblings.some((sibling) => sibling.version === version)) throw versionExists(document);

  const stamp = await writeStamp(tx);
  const revision = source.revision + 1;
  const entryId = entry?.id ?? (await insertEntry(tx, source.id, document, claims, stamp));
  if (siblings.length > 0) await touchVersions(tx, entryId, revision);
  const publicId = randomUUID();
  await tx.insert(EntryVersionEntity, {
    entryId,
    sourceId: source.id,
    version,
    ordinal: (siblings.at(-1)?.ordinal ?? -1) + 1,
    publicId,
    title: document.title,
    description: document.description,
    status: document.status,
    document: document.json,
    documentHash: document.hash,
    facets: document.facets,
    publishedAt: stamp,
    statusChangedAt: stamp,
    updatedAt: stamp,
    revision,
  });
  await raiseRevision(tx, source.id, revision, false);
  const stored = [...siblings.map((sibling) => sibling.version), version];
  return { publicId, publishedAt: stamp, updatedAt: stamp, isLatest: latestIndex(stored) === siblings.length };
}

/**
 * Removes a version from an entry of a locked source; the entry goes with its last version.
 * @returns whether the version was there
 */
export async function removeVersion(
  tx: EntityManager,
  source: LockedSource,
  entryId: number,
  version: string,
): Promise<boolean> {
  const { affected } = await tx.delete(EntryVersionEntity, { entryId, version });
  if (!affected) return false;
  const revision = source.revision + 1;
  if (await tx.existsBy(EntryVersionEntity, { entryId })) await touchVersions(tx, entryId, revision);
  else await tx.delete(EntryEntity, { id: entryId });
  await raiseRevision(tx, source.id, revision, true);
  return true;
}

/** Replaces the claims of an entry of a locked source; nothing is written when they are the same set already. */
export async function replaceClaims(
  tx: EntityManager,
  source: LockedSource,
  entryId: number,
  claims: Claims | null,
): Promise<void> {
  const stored = isUnclaimed(claims) ? null : JSON.stringify(claims);
  const changed = await tx.query<unknown[]>(
    `WITH changed AS (
       UPDATE entry SET claims = $2::jsonb, updated_at = $3
       WHERE id = $1 AND claims IS DISTINCT FROM $2::jsonb
       RETURNING id
     )
     SELECT id FROM changed`,
    [entryId, stored, await writeStamp(tx)],
  );
  if (changed.length === 0) return;
  const revision = source.revision + 1;
  await touchVersions(tx, entryId, revision);
  await raiseRevision(tx, source.id, revision, false);
}
