import type { EntityManager } from 'typeorm';
import type { Claims } from '../../claims/claims.js';
import type { RegistryDefinition, SourceDefinition } from '../../config/config.js';
import type { AdoptedVersion } from '../../entries/adopted-versions.js';
import type { EntryWriter } from '../../entries/entry-writer.js';
import type { EntryKey } from '../../entries/write-result.js';
import type { CreationType } from '../../model/source-settings.js';
import type { RegistriesRepository, RegistryRow } from '../../registries/registries.repository.js';
import type { SourceRow } from '../../sources/source-row.js';
import type { SourceWriter } from '../../sources/source-writer.js';
import type { SourcesRepository } from '../../sources/sources.repository.js';
import type { InlineContent } from '../../sync/inline-documents.js';
import type { EstablishedTimes } from './established-rows.js';

/** What the target holds before. */
export interface TargetState {
  readonly sources: readonly SourceRow[];
  /** Names of managed sources that have left the configuration file and wait for their retention to pass. */
  readonly retiredNames: readonly string[];
  readonly registries: readonly RegistryRow[];
}

/** Names an entry within a source. */
export type EntryName = Omit<EntryKey, 'version'>;

/** An entry of the target with its versions. */
export interface StoredEntry extends EntryName {
  readonly claims: Claims | null;
  readonly versions: readonly string[];
}

/** A source that is to be created. */
export interface NewSource {
  readonly definition: SourceDefinition;
  readonly creationType: CreationType;
  /** Absent: now. */
  readonly times?: EstablishedTimes;
  readonly inline?: InlineContent;
}

/** Where an import writes to. */
export interface ImportTarget {
  readonly state: TargetState;
  /** @returns the id of the new source */
  createSource(source: NewSource): Promise<number>;
  /** @param sourceIds - in order of precedence */
  createRegistry(definition: RegistryDefinition, sourceIds: readonly number[], times: EstablishedTimes): Promise<void>;
  /** Those of the named entries that are there. */
  findEntries(sourceId: number, names: readonly EntryName[]): Promise<StoredEntry[]>;
  adopt(sourceId: number, versions: readonly AdoptedVersion[]): Promise<void>;
}

/** What {@link DatabaseTarget} writes through. */
export interface ImportServices {
  readonly sources: SourcesRepository;
  readonly sourceWriter: SourceWriter;
  readonly registries: RegistriesRepository;
  readonly entries: EntryWriter;
}

const FIND_ENTRIES = `
  SELECT e.kind, e.namespace, e.name, e.claims,
    ARRAY(SELECT v.version FROM entry_version v WHERE v.entry_id = e.id) AS versions
  FROM unnest($2::text[], $3::text[], $4::text[]) AS n (kind, namespace, name)
  JOIN entry e ON e.source_id = $1 AND e.kind = n.kind AND e.name = n.name AND e.namespace = n.namespace`;

const SET_SOURCE_TIMES = 'UPDATE source SET created_at = $2, updated_at = $3 WHERE id = $1';
const SET_REGISTRY_TIMES = 'UPDATE registry SET created_at = $2, updated_at = $3 WHERE id = $1';
const LIST_RETIRED = 'SELECT name FROM source WHERE retired_at IS NOT NULL';

/** The target's database, within the transaction of the import. */
export class DatabaseTarget implements ImportTarget {
  private constructor(
    private readonly tx: EntityManager,
    private readonly services: ImportServices,
    readonly state: TargetState,
  ) {}

  /** Reads what is there; where it is to be written to, the transaction must hold the definitions first. */
  static async open(tx: EntityManager, services: ImportServices): Promise<DatabaseTarget> {
    const retired = await tx.query<{ name: string }[]>(LIST_RETIRED);
    return new DatabaseTarget(tx, services, {
      sources: await services.sources.listWithin(tx),
      retiredNames: retired.map(({ name }) => name),
      registries: await services.registries.listWithin(tx),
    });
  }

  async createSource({ definition, creationType, times, inline }: NewSource): Promise<number> {
    const created = await this.services.sourceWriter.create(this.tx, definition, creationType, inline);
    if (!created) throw new Error(`source "${definition.name}" cannot be created: its name or its kind is taken`);
    if (times) await this.tx.query(SET_SOURCE_TIMES, [created.id, times.createdAt, times.updatedAt]);
    return created.id;
  }

  async createRegistry(
    definition: RegistryDefinition,
    sourceIds: readonly number[],
    times: EstablishedTimes,
  ): Promise<void> {
    const created = await this.services.registries.insert(this.tx, definition, 'API', sourceIds);
    if (!created) throw new Error(`registry "${definition.name}" cannot be created: its name is taken`);
    await this.tx.query(SET_REGISTRY_TIMES, [created.id, times.createdAt, times.updatedAt]);
  }

  findEntries(sourceId: number, names: readonly EntryName[]): Promise<StoredEntry[]> {
    return this.tx.query<StoredEntry[]>(FIND_ENTRIES, [
      sourceId,
      names.map(({ kind }) => kind),
      names.map(({ namespace }) => namespace),
      names.map(({ name }) => name),
    ]);
  }

  async adopt(sourceId: number, versions: readonly AdoptedVersion[]): Promise<void> {
    await this.services.entries.adopt(this.tx, sourceId, versions);
  }
}

/** A target that nothing has been written to. */
export const EMPTY_TARGET: Pick<ImportTarget, 'state' | 'findEntries'> = {
  state: { sources: [], retiredNames: [], registries: [] },
  findEntries: async () => [],
};

/** A target that is only looked at, for `--dry-run`. Sources that would be created have ids below zero, and hold nothing. */
export class DryRunTarget implements ImportTarget {
  #lastId = 0;

  constructor(private readonly before: Pick<ImportTarget, 'state' | 'findEntries'>) {}

  get state(): TargetState {
    return this.before.state;
  }

  async createSource(): Promise<number> {
    return --this.#lastId;
  }

  async createRegistry(): Promise<void> {}

  async findEntries(sourceId: number, names: readonly EntryName[]): Promise<StoredEntry[]> {
    return sourceId < 0 ? [] : this.before.findEntries(sourceId, names);
  }

  async adopt(): Promise<void> {}
}
