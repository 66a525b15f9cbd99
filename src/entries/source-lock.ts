import type { EntityManager } from 'typeorm';
import { NotFoundError } from '../common/errors.js';
import type { SourceKind } from '../model/source-settings.js';

/** The source that was to be written has been deleted meanwhile. */
export class SourceGoneError extends NotFoundError {
  constructor() {
    super('the source does not exist any more');
  }
}

/** A source whose row is locked until the transaction ends. */
export interface LockedSource {
  readonly id: number;
  readonly kind: SourceKind;
  /** The revision of the last change. */
  readonly revision: number;
}

/**
 * Locks the row of a source, which makes the writes of one source happen one after the other. The lock lets others refer
 * to the source (registries) and read it, but neither change nor delete it.
 * @throws SourceGoneError when there is no such source
 */
export async function lockSource(tx: EntityManager, sourceId: number): Promise<LockedSource> {
  const [source] = await tx.query<LockedSource[]>(
    'SELECT id, kind, revision FROM source WHERE id = $1 FOR NO KEY UPDATE',
    [sourceId],
  );
  if (!source) throw new SourceGoneError();
  return source;
}

/**
 * The time to write into rows: later than any time written before under the same lock, cut to the whole milliseconds that
 * JavaScript's dates can hold, so that every reader sees the same stamp.
 */
export async function writeStamp(tx: EntityManager): Promise<Date> {
  const [row] = await tx.query<{ stamp: Date }[]>("SELECT date_trunc('milliseconds', clock_timestamp()) AS stamp");
  if (!row) throw new Error('PostgreSQL gave no time');
  return row.stamp;
}

/** Records that rows of the source now carry a new revision, and whether versions were removed by it. */
export async function raiseRevision(
  tx: EntityManager,
  sourceId: number,
  revision: number,
  removedVersions: boolean,
): Promise<void> {
  await tx.query(
    `UPDATE source
     SET revision = $2, removed_at_revision = CASE WHEN $3 THEN $2 ELSE removed_at_revision END
     WHERE id = $1`,
    [sourceId, revision, removedVersions],
  );
}
