import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isUnclaimed, type Claims } from '../claims/claims.js';
import type { SourceDefinition } from '../config/config.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import type { EntryKind } from '../model/entry-kind.js';
import type { CreationType } from '../model/source-settings.js';
import { SourceEntity } from './source.entity.js';
import { settingsBlock, SOURCE_COLUMNS, type SourceRow } from './source-row.js';
import { rfc3339 } from './timestamp-sql.js';

/** One version of an entry, as the administrative lists show it. */
export interface EntryVersionRow {
  readonly entryId: number;
  readonly kind: EntryKind;
  readonly name: string;
  readonly claims: Claims | null;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The columns of an {@link EntryVersionRow}, of `entry` named `e` and `entry_version` named `v`. */
export const ENTRY_VERSION_COLUMNS = `
  e.id AS "entryId", e.kind, e.name, e.claims, v.version, v.title, v.description,
  ${rfc3339('v.published_at')} AS "createdAt", ${rfc3339('v.updated_at')} AS "updatedAt"`;

type DefinitionColumns = Pick<
  SourceEntity,
  'kind' | 'settings' | 'format' | 'filter' | 'syncIntervalMicroseconds' | 'onInvalidEntry' | 'claims'
>;

function definitionColumns(definition: SourceDefinition): DefinitionColumns {
  const { settings, format, filter, intervalMicroseconds, onInvalidEntry, claims } = definition;
  return {
    kind: settings.kind,
    settings: settingsBlock(settings),
    format: format ?? null,
    filter: filter ?? null,
    syncIntervalMicroseconds: intervalMicroseconds ?? null,
    onInvalidEntry: onInvalidEntry ?? null,
    claims: isUnclaimed(claims) ? null : claims,
  };
}

/** Reads and writes definitions of sources, and reads their entries. Retired sources are not there. */
@Injectable()
export class SourcesRepository {
  constructor(private readonly runner: TransactionRunner) {}

  /** All sources, oldest first, then by name. */
  list(): Promise<SourceRow[]> {
    return this.runner.query<SourceRow>(
      `SELECT ${SOURCE_COLUMNS} FROM source WHERE retired_at IS NULL ORDER BY source.created_at, source.name`,
    );
  }

  /** All sources as a transaction sees them. */
  listWithin(tx: EntityManager): Promise<SourceRow[]> {
    return tx.query<SourceRow[]>(`SELECT ${SOURCE_COLUMNS} FROM source WHERE retired_at IS NULL ORDER BY source.id`);
  }

  /** One source by its name. */
  async find(name: string): Promise<SourceRow | undefined> {
    const [row] = await this.runner.query<SourceRow>(
      `SELECT ${SOURCE_COLUMNS} FROM source WHERE name = $1 AND retired_at IS NULL`,
      [name],
    );
    return row;
  }

  /** One source by its name, locked against changes, removal and new references until the transaction ends. */
  async lock(tx: EntityManager, name: string): Promise<SourceRow | undefined> {
    const [row] = await tx.query<SourceRow[]>(
      `SELECT ${SOURCE_COLUMNS} FROM source WHERE name = $1 AND retired_at IS NULL FOR UPDATE`,
      [name],
    );
    return row;
  }

  /** Creates a source; undefined when its name is taken, or when it is managed and there is a managed source. */
  async insert(
    tx: EntityManager,
    definition: SourceDefinition,
    creationType: CreationType,
  ): Promise<SourceRow | undefined> {
    const result = await tx
      .createQueryBuilder()
      .insert()
      .into(SourceEntity)
      .values({ name: definition.name, creationType, ...definitionColumns(definition) })
      .orIgnore()
      .returning('id')
      .execute();
    const [created] = result.raw as { id: number }[];
    return created && this.#read(tx, created.id);
  }

  /** Replaces the definition of a locked source; its name, creation type and creation time stay. */
  async replace(tx: EntityManager, id: number, definition: SourceDefinition): Promise<SourceRow> {
    await tx.update(SourceEntity, { id }, definitionColumns(definition));
    return this.#read(tx, id);
  }

  /** Deletes a source with its entries, versions and status. */
  async delete(tx: EntityManager, id: number): Promise<void> {
    await tx.delete(SourceEntity, { id });
  }

  /** How many registries list a source. */
  async countReferences(tx: EntityManager, id: number): Promise<number> {
    const [row] = await tx.query<{ count: number }[]>(
      'SELECT count(*)::integer AS count FROM registry_source WHERE source_id = $1',
      [id],
    );
    return row?.count ?? 0;
  }

  /** What a source holds: by entry name, the versions of an entry together and in plain string order. */
  listEntryVersions(sourceId: number): Promise<EntryVersionRow[]> {
    return this.runner.query<EntryVersionRow>(
      `SELECT ${ENTRY_VERSION_COLUMNS}
       FROM entry e JOIN entry_version v ON v.entry_id = e.id
       WHERE e.source_id = $1
       ORDER BY e.name, e.kind, e.namespace, v.version`,
      [sourceId],
    );
  }

  async #read(tx: EntityManager, id: number): Promise<SourceRow> {
    const [row] = await tx.query<SourceRow[]>(`SELECT ${SOURCE_COLUMNS} FROM source WHERE id = $1`, [id]);
    if (!row) throw new Error(`source ${id} has gone within its own transaction`);
    return row;
  }
}
