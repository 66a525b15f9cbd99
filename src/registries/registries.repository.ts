import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isUnclaimed, type Claims } from '../claims/claims.js';
import type { RegistryDefinition } from '../config/config.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import type { CreationType } from '../model/source-settings.js';
import { ENTRY_VERSION_COLUMNS, type EntryVersionRow } from '../sources/sources.repository.js';
import { rfc3339 } from '../sources/timestamp-sql.js';
import { RegistrySourceEntity } from './registry-source.entity.js';
import { RegistryEntity } from './registry.entity.js';

/** A registry as it is read for the administrative API. */
export interface RegistryRow {
  readonly id: number;
  readonly name: string;
  readonly creationType: CreationType;
  readonly access: 'private' | 'public';
  readonly claims: Claims | null;
  /** Names of the sources in order of precedence. */
  readonly sources: readonly string[];
  /** RFC 3339 with microseconds. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A source that a registry wants to list. */
export interface ReferencedSource {
  readonly id: number;
  readonly name: string;
  readonly claims: Claims | null;
}

/** One version of an entry, with the place of its source in the registry. */
export interface RegistryEntryRow extends EntryVersionRow {
  readonly sourceName: string;
  readonly position: number;
}

const REGISTRY_COLUMNS = `
  registry.id, registry.name, registry.creation_type AS "creationType", registry.access, registry.claims,
  ARRAY(
    SELECT s.name FROM registry_source rs JOIN source s ON s.id = rs.source_id
    WHERE rs.registry_id = registry.id ORDER BY rs.position
  ) AS sources,
  ${rfc3339('registry.created_at')} AS "createdAt", ${rfc3339('registry.updated_at')} AS "updatedAt"`;

function definitionColumns({ access, claims }: RegistryDefinition): Pick<RegistryEntity, 'access' | 'claims'> {
  return { access, claims: isUnclaimed(claims) ? null : claims };
}

/** Reads and writes registries and their lists of sources, and reads their entries. */
@Injectable()
export class RegistriesRepository {
  constructor(private readonly runner: TransactionRunner) {}

  /** All registries by name. */
  list(): Promise<RegistryRow[]> {
    return this.runner.query<RegistryRow>(`SELECT ${REGISTRY_COLUMNS} FROM registry ORDER BY registry.name`);
  }

  /** All registries as a transaction sees them. */
  listWithin(tx: EntityManager): Promise<RegistryRow[]> {
    return tx.query<RegistryRow[]>(`SELECT ${REGISTRY_COLUMNS} FROM registry ORDER BY registry.id`);
  }

  /** One registry by its name. */
  async find(name: string): Promise<RegistryRow | undefined> {
    const [row] = await this.runner.query<RegistryRow>(
      `SELECT ${REGISTRY_COLUMNS} FROM registry WHERE registry.name = $1`,
      [name],
    );
    return row;
  }

  /** One registry by its name, locked until the transaction ends. */
  async lock(tx: EntityManager, name: string): Promise<RegistryRow | undefined> {
    const [row] = await tx.query<RegistryRow[]>(
      `SELECT ${REGISTRY_COLUMNS} FROM registry WHERE registry.name = $1 FOR UPDATE OF registry`,
      [name],
    );
    return row;
  }

  /** The sources of these names that exist, kept from being deleted until the transaction ends. */
  async keepSources(tx: EntityManager, names: readonly string[]): Promise<ReferencedSource[]> {
    return tx.query<ReferencedSource[]>(
      `SELECT id, name, claims FROM source WHERE name = ANY ($1) AND retired_at IS NULL ORDER BY id FOR KEY SHARE`,
      [names],
    );
  }

  /**
   * Creates a registry; undefined when its name is taken.
   * @param sourceIds - in order of precedence
   */
  async insert(
    tx: EntityManager,
    definition: RegistryDefinition,
    creationType: CreationType,
    sourceIds: readonly number[],
  ): Promise<RegistryRow | undefined> {
    const result = await tx
      .createQueryBuilder()
      .insert()
      .into(RegistryEntity)
      .values({ name: definition.name, creationType, ...definitionColumns(definition) })
      .orIgnore()
      .returning('id')
      .execute();
    const [created] = result.raw as { id: number }[];
    if (!created) return undefined;
    await this.#writeSources(tx, created.id, sourceIds);
    return this.#read(tx, created.id);
  }

  /** Replaces access, claims and the list of sources of a locked registry. */
  async replace(
    tx: EntityManager,
    current: RegistryRow,
    definition: RegistryDefinition,
    sourceIds: readonly number[],
  ): Promise<RegistryRow> {
    await tx.update(RegistryEntity, { id: current.id }, definitionColumns(definition));
    await tx.delete(RegistrySourceEntity, { registryId: current.id });
    await this.#writeSources(tx, current.id, sourceIds);
    return this.#read(tx, current.id);
  }

  /** Deletes a registry; its sources stay. */
  async delete(tx: EntityManager, id: number): Promise<void> {
    await tx.delete(RegistryEntity, { id });
  }

  /** Takes a source out of all registries. */
  async forgetSource(tx: EntityManager, sourceId: number): Promise<void> {
    await tx.delete(RegistrySourceEntity, { sourceId });
  }

  /** All versions of all sources of a registry, nothing shadowed: by name, version (plain string order) and position. */
  listEntries(registryId: number): Promise<RegistryEntryRow[]> {
    return this.runner.query<RegistryEntryRow>(
      `SELECT ${ENTRY_VERSION_COLUMNS}, s.name AS "sourceName", rs.position
       FROM registry_source rs
         JOIN source s ON s.id = rs.source_id
         JOIN entry e ON e.source_id = s.id
         JOIN entry_version v ON v.entry_id = e.id
       WHERE rs.registry_id = $1
       ORDER BY e.name, v.version, rs.position, e.kind, e.namespace`,
      [registryId],
    );
  }

  async #writeSources(tx: EntityManager, registryId: number, sourceIds: readonly number[]): Promise<void> {
    await tx.insert(
      RegistrySourceEntity,
      sourceIds.map((sourceId, position) => ({ registryId, sourceId, position })),
    );
  }

  async #read(tx: EntityManager, id: number): Promise<RegistryRow> {
    const [row] = await tx.query<RegistryRow[]>(`SELECT ${REGISTRY_COLUMNS} FROM registry WHERE registry.id = $1`, [
      id,
    ]);
    if (!row) throw new Error(`registry ${id} has gone within its own transaction`);
    return row;
  }
}
