import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { readAhead } from '../common/read-ahead.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import type { RegistryRow } from './snapshot.js';
import type { VersionRow } from './version-row.js';

/** Rows fetched at once: their documents are in memory twice for a moment, and are taken over in one go. */
const FETCH_ROWS = 300;

/** Limit of each statement; a load is not part of a request. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** What the catalogue follows of a source. */
export interface SourceRow {
  readonly name: string;
  readonly id: number;
  /** Raised by every change of the source's entries. */
  readonly revision: number;
  /** The revision at which a version was last removed. */
  readonly removedAtRevision: number;
}

const SELECT_SOURCES = `
  SELECT id, name, revision, removed_at_revision AS "removedAtRevision"
  FROM source
  WHERE retired_at IS NULL`;

const SELECT_REGISTRIES = `
  SELECT r.name, r.access, r.claims,
    coalesce(
      (SELECT json_agg(s.source_id ORDER BY s.position) FROM registry_source s WHERE s.registry_id = r.id), '[]'
    ) AS "sourceIds"
  FROM registry r`;

const VERSION_COLUMNS = `
  v.id, v.entry_id AS "entryId", e.kind, e.namespace, e.name, e.claims::text AS claims, v.version, v.ordinal,
  v.title, v.description, v.status, v.facets::text AS facets, v.document,
  (extract(epoch FROM v.published_at) * 1000000)::bigint AS "publishedAt",
  (extract(epoch FROM v.status_changed_at) * 1000000)::bigint AS "statusChangedAt",
  (extract(epoch FROM v.updated_at) * 1000000)::bigint AS "updatedAt"`;

// Each of the two is bound to the source on one side of the join only. Bound on both, a planner without statistics (right
// after the first pass of a large source) may join by the source instead of the entry, in quadratic time.
const DECLARE_ALL_VERSIONS = `
  DECLARE listed_version NO SCROLL CURSOR FOR
  SELECT ${VERSION_COLUMNS}
  FROM entry e JOIN entry_version v ON v.entry_id = e.id
  WHERE e.source_id = $1
  ORDER BY e.kind, e.name, e.namespace`;

const DECLARE_CHANGED_VERSIONS = `
  DECLARE listed_version NO SCROLL CURSOR FOR
  SELECT ${VERSION_COLUMNS}
  FROM entry_version v JOIN entry e ON e.id = v.entry_id
  WHERE v.source_id = $1 AND v.revision > $2
  ORDER BY v.entry_id`;

// One text: a row for each id would cost the driver many times as much.
const SELECT_VERSION_IDS = `
  SELECT coalesce(string_agg(id::text, ','), '') AS ids FROM entry_version WHERE source_id = $1`;

/** Reads the database as it was at one moment. */
export class CatalogReader {
  constructor(private readonly tx: EntityManager) {}

  /** All sources but the retired ones. */
  sources(): Promise<SourceRow[]> {
    return this.tx.query(SELECT_SOURCES);
  }

  /** All registries. */
  registries(): Promise<RegistryRow[]> {
    return this.tx.query(SELECT_REGISTRIES);
  }

  /**
   * The versions of a source that changed after a revision, 0 for all, in batches. Versions of one entry follow one another.
   */
  async *versionsSince(sourceId: number, revision: number): AsyncGenerator<readonly VersionRow[]> {
    if (revision === 0) await this.tx.query(DECLARE_ALL_VERSIONS, [sourceId]);
    else await this.tx.query(DECLARE_CHANGED_VERSIONS, [sourceId, revision]);
    yield* readAhead<VersionRow>(
      () => this.tx.query(`FETCH ${FETCH_ROWS} FROM listed_version`),
      (rows) => rows.length < FETCH_ROWS,
    );
    await this.tx.query('CLOSE listed_version');
  }

  /** The ids of all versions of a source. */
  async versionIds(sourceId: number): Promise<ReadonlySet<number>> {
    const [row]: { ids: string }[] = await this.tx.query(SELECT_VERSION_IDS, [sourceId]);
    return new Set(row?.ids.split(',').map(Number));
  }
}

/** The catalogue's own access to the database; it writes nothing. */
@Injectable()
export class CatalogRepository {
  constructor(private readonly runner: TransactionRunner) {}

  /**
   * Runs reads that all see the database as it was at the first of them. The work may be run again.
   * @throws DatabaseUnavailableError when the database cannot be reached
   */
  readConsistently<T>(work: (reader: CatalogReader) => Promise<T>): Promise<T> {
    return this.runner.run(async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      await tx.query(`SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
      return work(new CatalogReader(tx));
    });
  }
}
