import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SourceEntity } from '../sources/source.entity.js';
import { SOURCE_COLUMNS, type SourceRow } from '../sources/source-row.js';

/** How many versions of published entries a source holds. */
export interface PublishedCounts {
  readonly servers: number;
  readonly skills: number;
  readonly plugins: number;
}

/** A managed source that is hidden, with what it holds. */
export interface RetiredSource extends PublishedCounts {
  readonly id: number;
  /** Its name while it was in use. */
  readonly name: string;
}

// While it is retired a source has a name that no source in use can have, so that its own name is free. It holds the id,
// so that sources of one name can be retired one after the other.
const RETIRED_NAME = (id: string, name: string) => `'retired:' || ${id} || ':' || ${name}`;
const ORIGINAL_NAME = "substr(name, length('retired:' || id || ':') + 1)";

const COUNT = `
  SELECT count(*) FILTER (WHERE e.kind = 'server')::integer AS servers,
    count(*) FILTER (WHERE e.kind = 'skill')::integer AS skills,
    count(*) FILTER (WHERE e.kind = 'plugin')::integer AS plugins
  FROM entry e JOIN entry_version v ON v.entry_id = e.id`;

const EXPIRED = "retired_at <= now() - $1 * interval '1 millisecond'";

/** Managed sources that left the configuration file: hidden, but kept for a while (ahead.md P13). */
@Injectable()
export class RetiredSourcesRepository {
  /** What a managed source holds. */
  async count(tx: EntityManager, sourceId: number): Promise<PublishedCounts> {
    const [counts] = await tx.query<PublishedCounts[]>(`${COUNT} WHERE e.source_id = $1`, [sourceId]);
    return counts ?? { servers: 0, skills: 0, plugins: 0 };
  }

  /** Hides a source with its entries. */
  async retire(tx: EntityManager, sourceId: number): Promise<void> {
    await tx
      .createQueryBuilder()
      .update(SourceEntity)
      .set({ name: () => RETIRED_NAME('id', 'name'), retiredAt: () => 'now()' })
      .where({ id: sourceId })
      .execute();
  }

  /**
   * Shows the source of this name again that was retired last, unless its time is over.
   * @returns undefined when there is none
   */
  async restore(tx: EntityManager, name: string, retentionMs: number): Promise<SourceRow | undefined> {
    const [retired] = await tx.query<{ id: number }[]>(
      `SELECT id FROM source
       WHERE retired_at IS NOT NULL AND NOT (${EXPIRED}) AND name = ${RETIRED_NAME('id', '$2::text')}
       ORDER BY retired_at DESC, id DESC LIMIT 1 FOR UPDATE`,
      [retentionMs, name],
    );
    if (!retired) return undefined;
    await tx.update(SourceEntity, { id: retired.id }, { name, retiredAt: null });
    const [row] = await tx.query<SourceRow[]>(`SELECT ${SOURCE_COLUMNS} FROM source WHERE id = $1`, [retired.id]);
    return row;
  }

  /**
   * Deletes for good what was retired longer ago than the retention.
   * @returns what is gone
   */
  purge(tx: EntityManager, retentionMs: number): Promise<RetiredSource[]> {
    return tx.query<RetiredSource[]>(
      `WITH expired AS (
         SELECT id, ${ORIGINAL_NAME} AS name FROM source WHERE retired_at IS NOT NULL AND ${EXPIRED} FOR UPDATE
       ), counted AS (
         SELECT expired.id, expired.name, counts.* FROM expired, LATERAL (${COUNT} WHERE e.source_id = expired.id) counts
       ), deleted AS (
         DELETE FROM source USING expired WHERE source.id = expired.id
       )
       SELECT id, name, servers, skills, plugins FROM counted`,
      [retentionMs],
    );
  }
}
