import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isUnclaimed, type Claims } from '../claims/claims.js';
import type { EntryDocument } from '../documents/entry-document.js';
import type { EntryKind } from '../model/entry-kind.js';
import type { SourceKind } from '../model/source-settings.js';
import { restoreHistory, type AdoptedVersion } from './adopted-versions.js';
import { mergeStaged, type MergeScope } from './entry-merge.js';
import { stageDocuments } from './entry-staging.js';
import { publishVersion, removeVersion, replaceClaims } from './published-entry-writes.js';
import { lockSource, raiseRevision, writeStamp } from './source-lock.js';
import type { EntryClaims, EntryKey, PublishedVersion, WriteResult } from './write-result.js';

/** What an incremental write does. A version that is in both lists is stored. */
export interface EntryChanges {
  readonly upserts: Iterable<EntryDocument> | AsyncIterable<EntryDocument>;
  readonly removals: readonly EntryKey[];
}

/** Kinds whose entries have no claims of their own: they carry those of the source. */
const CLAIMED_BY_SOURCE: ReadonlySet<SourceKind> = new Set<SourceKind>(['git', 'api', 'file']);

const CHANGE_SOURCE_CLAIMS = `
  WITH changed AS (
    UPDATE entry SET claims = $2::jsonb, updated_at = $3
    WHERE source_id = $1 AND claims IS DISTINCT FROM $2::jsonb
    RETURNING id
  ), touched AS (
    UPDATE entry_version v SET revision = $4 FROM changed WHERE v.entry_id = changed.id
  )
  SELECT count(*) AS count FROM changed`;

const COUNT_VERSIONS = `
  SELECT e.kind, count(*) AS count
  FROM entry e JOIN entry_version v ON v.entry_id = e.id
  WHERE e.source_id = $1
  GROUP BY e.kind`;

async function countVersions(tx: EntityManager, sourceId: number): Promise<Record<EntryKind, number>> {
  const counts = { server: 0, skill: 0, plugin: 0 };
  const rows = await tx.query<{ kind: EntryKind; count: number }[]>(COUNT_VERSIONS, [sourceId]);
  for (const row of rows) counts[row.kind] = Number(row.count);
  return counts;
}

async function write(
  tx: EntityManager,
  sourceId: number,
  documents: Iterable<EntryDocument> | AsyncIterable<EntryDocument>,
  claims: EntryClaims,
  scope: MergeScope,
): Promise<WriteResult> {
  const source = await lockSource(tx, sourceId);
  await stageDocuments(tx, sourceId, documents, claims);
  const revision = source.revision + 1;
  const stamp = await writeStamp(tx);
  const { touchedEntries, ...rows } = await mergeStaged({ tx, sourceId, revision, stamp }, scope);
  const isChanged = rows.added + rows.changed + rows.removed + touchedEntries > 0;
  if (isChanged) await raiseRevision(tx, sourceId, revision, rows.removed > 0);
  return { ...rows, counts: await countVersions(tx, sourceId), revision: isChanged ? revision : source.revision };
}

/**
 * The one writer of entries. Every method works in the given transaction, locks the source's row first (so writes of one
 * source follow one another, and a source that is gone is noticed), and writes only rows that change: those get the
 * source's next revision, by which readers find them. Callers run it with `TransactionRunner.run`; a retry calls it again,
 * so streams must be readable again from the start.
 */
@Injectable()
export class EntryWriter {
  /**
   * Makes these documents the whole content of a source. Versions of an entry are ordered as they come. Identical
   * duplicates are stored once.
   * @param documents - iterated once, in batches: memory does not grow with their number
   * @returns what changed; an unchanged source keeps its revision
   * @throws SourceGoneError; InvalidInputError for one version with two contents, or a name too long to be stored
   */
  replaceAll(
    tx: EntityManager,
    sourceId: number,
    documents: Iterable<EntryDocument> | AsyncIterable<EntryDocument>,
    claims: EntryClaims,
  ): Promise<WriteResult> {
    return write(tx, sourceId, documents, claims, { kind: 'all' });
  }

  /**
   * Stores some documents and removes some versions; everything else of the source stays. New versions of an entry come
   * behind those that are stored. Claims are those of the entries that are stored.
   * @throws as {@link replaceAll}
   */
  applyChanges(tx: EntityManager, sourceId: number, changes: EntryChanges, claims: EntryClaims): Promise<WriteResult> {
    return write(tx, sourceId, changes.upserts, claims, { kind: 'some', removals: changes.removals });
  }

  /**
   * Stores versions that were published to another registry server, with the identities and times they have there. New
   * versions of an entry come behind those that are stored.
   * @param versions - none of them is stored; those of one entry have the same claims
   * @throws as {@link replaceAll}
   */
  async adopt(tx: EntityManager, sourceId: number, versions: readonly AdoptedVersion[]): Promise<WriteResult> {
    const claims = new Map(versions.map((version) => [version.document, version.claims]));
    const upserts = versions.map(({ document }) => document);
    const result = await this.applyChanges(tx, sourceId, { upserts, removals: [] }, (document) => {
      return claims.get(document) ?? null;
    });
    await restoreHistory(tx, sourceId, versions);
    return result;
  }

  /**
   * Gives all entries of a synchronised source (git, api, file) the source's claims. Entries of managed and kubernetes
   * sources have claims of their own, which nothing but their own writes may change (auth spec 17.1): nothing happens.
   * @throws SourceGoneError
   */
  async setSourceClaims(tx: EntityManager, sourceId: number, claims: Claims | null): Promise<void> {
    const source = await lockSource(tx, sourceId);
    if (!CLAIMED_BY_SOURCE.has(source.kind)) return;
    const revision = source.revision + 1;
    const json = isUnclaimed(claims) ? null : JSON.stringify(claims);
    const [row] = await tx.query<{ count: number }[]>(CHANGE_SOURCE_CLAIMS, [
      sourceId,
      json,
      await writeStamp(tx),
      revision,
    ]);
    if (Number(row?.count ?? 0) > 0) await raiseRevision(tx, sourceId, revision, false);
  }

  /**
   * Adds a version to an entry of the managed source, behind those that are there; the first one makes the entry.
   * @throws SourceGoneError; ConflictError when the entry has other claims, or the version already
   */
  async publish(
    tx: EntityManager,
    sourceId: number,
    document: EntryDocument,
    claims: Claims | null,
  ): Promise<PublishedVersion> {
    return publishVersion(tx, await lockSource(tx, sourceId), document, claims);
  }

  /**
   * Removes a version of an entry; the entry goes with its last version.
   * @returns whether the version was there
   * @throws SourceGoneError
   */
  async deleteVersion(tx: EntityManager, sourceId: number, entryId: number, version: string): Promise<boolean> {
    return removeVersion(tx, await lockSource(tx, sourceId), entryId, version);
  }

  /**
   * Replaces the claims of one entry.
   * @throws SourceGoneError
   */
  async setEntryClaims(tx: EntityManager, sourceId: number, entryId: number, claims: Claims | null): Promise<void> {
    await replaceClaims(tx, await lockSource(tx, sourceId), entryId, claims);
  }
}
