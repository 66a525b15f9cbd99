import type { EntityManager } from 'typeorm';
import { InvalidInputError } from '../common/errors.js';
import type { EntryKey } from './write-result.js';

/** What the statements of one merge share. */
export interface Merge {
  readonly tx: EntityManager;
  readonly sourceId: number;
  /** The revision that changed rows get. */
  readonly revision: number;
  /** The time that changed rows get. */
  readonly stamp: Date;
}

/** How many rows the merge changed. */
export interface MergeCounts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Entries of which other rows must be read anew: their versions, the order of these, or their claims changed. */
  readonly touchedEntries: number;
}

/** `all`: what did not arrive is removed. `some`: only the listed versions are, and new versions go behind the others. */
export type MergeScope = { readonly kind: 'all' } | { readonly kind: 'some'; readonly removals: readonly EntryKey[] };

const FIND_DUPLICATE = `
  SELECT kind, namespace, name, version
  FROM pg_temp.staged_version
  GROUP BY kind, namespace, name, version
  HAVING count(*) > 1 AND (min(document_hash) <> max(document_hash) OR min(status) <> max(status))
  ORDER BY min(position)
  LIMIT 1`;

const ORDINAL = {
  all: 'row_number() OVER of_entry - 1',
  some: `coalesce(
    stored_ordinal,
    (SELECT coalesce(max(v.ordinal), -1) FROM entry_version v WHERE v.entry_id = d.entry_id)
      + count(*) FILTER (WHERE version_id IS NULL) OVER of_entry
  )`,
} as const satisfies Record<MergeScope['kind'], string>;

const arrange = (ordinal: string): string => `
  CREATE TEMPORARY TABLE arrived ON COMMIT DROP AS
  SELECT d.*, (${ordinal})::integer AS ordinal
  FROM (
    SELECT DISTINCT ON (kind, namespace, name, version) *
    FROM pg_temp.staged_version
    ORDER BY kind, namespace, name, version, position
  ) AS d
  WINDOW of_entry AS (PARTITION BY kind, namespace, name ORDER BY position);
  ANALYZE pg_temp.arrived;
  CREATE TEMPORARY TABLE touched_entry (entry_id bigint NOT NULL) ON COMMIT DROP`;

const REMOVE_MISSING = `
  WITH removed AS (
    DELETE FROM entry_version v
    WHERE v.source_id = $1 AND NOT EXISTS (SELECT FROM pg_temp.arrived a WHERE a.version_id = v.id)
    RETURNING v.entry_id
  ), touched AS (
    INSERT INTO pg_temp.touched_entry SELECT DISTINCT entry_id FROM removed
  )
  SELECT count(*) AS count FROM removed`;

const REMOVE_LISTED = `
  WITH removed AS (
    DELETE FROM entry_version v
    USING entry e, unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS r (kind, namespace, name, version)
    WHERE e.source_id = $1 AND e.kind = r.kind AND e.name = r.name AND e.namespace = r.namespace
      AND v.entry_id = e.id AND v.version = r.version
      AND NOT EXISTS (SELECT FROM pg_temp.arrived a WHERE a.version_id = v.id)
    RETURNING v.entry_id
  ), touched AS (
    INSERT INTO pg_temp.touched_entry SELECT DISTINCT entry_id FROM removed
  )
  SELECT count(*) AS count FROM removed`;

const CHANGE_CLAIMS = `
  WITH given AS (
    SELECT DISTINCT ON (entry_id) entry_id, claims
    FROM pg_temp.arrived
    WHERE entry_id IN (SELECT entry_id FROM pg_temp.arrived WHERE NOT has_stored_claims)
    ORDER BY entry_id, position DESC
  ), changed AS (
    UPDATE entry e SET claims = given.claims, updated_at = $1
    FROM given
    WHERE e.id = given.entry_id AND e.claims IS DISTINCT FROM given.claims
    RETURNING e.id
  )
  INSERT INTO pg_temp.touched_entry SELECT id FROM changed`;

const MOVE_VERSIONS = `
  WITH moved AS (
    UPDATE entry_version v SET ordinal = a.ordinal, revision = $1
    FROM pg_temp.arrived a
    WHERE v.id = a.version_id AND a.stored_ordinal <> a.ordinal
    RETURNING v.entry_id
  )
  INSERT INTO pg_temp.touched_entry SELECT DISTINCT entry_id FROM moved`;

const CHANGE_VERSIONS = `
  WITH changed AS (
    UPDATE entry_version v SET
      title = coalesce(d.title, v.title),
      description = coalesce(d.description, v.description),
      facets = coalesce(d.facets, v.facets),
      document = coalesce(d.document, v.document),
      document_hash = a.document_hash,
      status = a.status,
      status_changed_at = CASE WHEN a.has_stored_status THEN v.status_changed_at ELSE $2 END,
      updated_at = $2,
      revision = $1
    FROM pg_temp.arrived a
    LEFT JOIN pg_temp.staged_document d ON d.position = a.position
    WHERE v.id = a.version_id AND NOT (a.has_stored_document AND a.has_stored_status)
    RETURNING 1
  )
  SELECT count(*) AS count FROM changed`;

const ADD_ENTRIES = `
  INSERT INTO entry (source_id, kind, namespace, name, claims, created_at, updated_at)
  SELECT DISTINCT ON (kind, namespace, name) $1::bigint, kind, namespace, name, claims, $2::timestamptz, $2
  FROM pg_temp.arrived
  WHERE entry_id IS NULL
  ORDER BY kind, namespace, name, position DESC`;

const ADD_VERSIONS = `
  WITH added AS (
    INSERT INTO entry_version (
      entry_id, source_id, version, ordinal, title, description, status, document, document_hash, facets,
      published_at, status_changed_at, updated_at, revision
    )
    SELECT e.id, e.source_id, a.version, a.ordinal, d.title, d.description, a.status, d.document, a.document_hash,
      d.facets, $3::timestamptz, $3, $3, $2::bigint
    FROM pg_temp.arrived a
    JOIN pg_temp.staged_document d ON d.position = a.position
    JOIN entry e ON e.source_id = $1 AND e.kind = a.kind AND e.name = a.name AND e.namespace = a.namespace
    WHERE a.version_id IS NULL
    RETURNING 1
  ), touched AS (
    INSERT INTO pg_temp.touched_entry
    SELECT DISTINCT entry_id FROM pg_temp.arrived WHERE version_id IS NULL AND entry_id IS NOT NULL
  )
  SELECT count(*) AS count FROM added`;

const REMOVE_EMPTY_ENTRIES = `
  DELETE FROM entry e
  WHERE e.id IN (SELECT entry_id FROM pg_temp.touched_entry)
    AND NOT EXISTS (SELECT FROM entry_version v WHERE v.entry_id = e.id)`;

// Whether a version is the latest depends on the others, so readers must see all versions of such an entry as changed.
const TOUCH_VERSIONS = `
  UPDATE entry_version v SET revision = $1
  WHERE v.entry_id IN (SELECT entry_id FROM pg_temp.touched_entry) AND v.revision < $1`;

const DROP_TABLES =
  'DROP TABLE pg_temp.staged_version, pg_temp.staged_document, pg_temp.arrived, pg_temp.touched_entry';

async function countOf(tx: EntityManager, sql: string, parameters: unknown[]): Promise<number> {
  const [row] = await tx.query<{ count: number }[]>(sql, parameters);
  return Number(row?.count ?? 0);
}

function removeVersions({ tx, sourceId }: Merge, scope: MergeScope): Promise<number> {
  if (scope.kind === 'all') return countOf(tx, REMOVE_MISSING, [sourceId]);
  const { removals } = scope;
  return countOf(tx, REMOVE_LISTED, [
    sourceId,
    removals.map((key) => key.kind),
    removals.map((key) => key.namespace),
    removals.map((key) => key.name),
    removals.map((key) => key.version),
  ]);
}

async function assertNoContradiction(tx: EntityManager): Promise<void> {
  const [duplicate] = await tx.query<EntryKey[]>(FIND_DUPLICATE);
  if (!duplicate) return;
  const { kind, namespace, name, version } = duplicate;
  const fullName = namespace === '' ? name : `${namespace}/${name}`;
  throw new InvalidInputError(`${kind} ${fullName} version ${version} is there twice with different content`);
}

/**
 * Brings the stored entries of a locked source in line with the staged ones, by a fixed number of statements. Rows whose
 * document, status, place and claims are what they were are not written. Identical duplicates count once.
 * @throws InvalidInputError when one version is staged twice with different content
 */
export async function mergeStaged(merge: Merge, scope: MergeScope): Promise<MergeCounts> {
  const { tx, sourceId, revision, stamp } = merge;
  await assertNoContradiction(tx);
  await tx.query(arrange(ORDINAL[scope.kind]));
  const removed = await removeVersions(merge, scope);
  await tx.query(CHANGE_CLAIMS, [stamp]);
  await tx.query(MOVE_VERSIONS, [revision]);
  const changed = await countOf(tx, CHANGE_VERSIONS, [revision, stamp]);
  await tx.query(ADD_ENTRIES, [sourceId, stamp]);
  const added = await countOf(tx, ADD_VERSIONS, [sourceId, revision, stamp]);
  await tx.query(REMOVE_EMPTY_ENTRIES);
  await tx.query(TOUCH_VERSIONS, [revision]);
  const touchedEntries = await countOf(tx, 'SELECT count(*) AS count FROM pg_temp.touched_entry', []);
  await tx.query(DROP_TABLES);
  return { added, changed, removed, touchedEntries };
}
