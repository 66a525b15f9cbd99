import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { formatDuration } from '../common/duration.js';
import type { RegistryConfig, SourceDefinition } from '../config/config.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import { RegistriesRepository } from '../registries/registries.repository.js';
import { holdDefinitions } from '../sources/definition-lock.js';
import type { SourceRow } from '../sources/source-row.js';
import { SourceWriter } from '../sources/source-writer.js';
import { SourcesRepository } from '../sources/sources.repository.js';
import { createLogger } from '../telemetry/logging.js';
import { findConflicts, findLeavers, type Definitions, type Leavers, type PresentState } from './conflicts.js';
import { ProvisioningError } from './provisioning-error.js';
import { RetiredSourcesRepository, type PublishedCounts } from './retired-sources.repository.js';

/** Deleting a large source takes longer than a statement of a request may. */
const STATEMENT_TIMEOUT_MS = 300_000;
const PURGE_INTERVAL_MS = 3_600_000;

/** The configuration as far as it is applied to the database. */
export type ProvisionedConfig = Pick<RegistryConfig, 'sources' | 'registries'> & {
  readonly database: Pick<RegistryConfig['database'], 'retentionMs'>;
};

type NamedCounts = PublishedCounts & { readonly source: string };

/** What applying the file did that somebody should know. */
interface Report {
  readonly leavers: Leavers;
  readonly retired: NamedCounts[];
  readonly restored: NamedCounts[];
  /** Managed sources that became another kind: a pass will replace what was published. */
  readonly converted: NamedCounts[];
}

/**
 * Makes the configuration file the truth for CONFIG sources and registries (operations spec 2). Several replicas may do
 * this at once; with different files the last one wins.
 */
@Injectable()
export class ProvisioningService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = createLogger('provisioning');
  #retentionMs: number | undefined;
  #purgeTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly runner: TransactionRunner,
    private readonly sources: SourcesRepository,
    private readonly writer: SourceWriter,
    private readonly registries: RegistriesRepository,
    private readonly retired: RetiredSourcesRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.#purgeTimer ??= setInterval(() => void this.#purgeAgain(), PURGE_INTERVAL_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#purgeTimer);
  }

  /**
   * Applies sources and registries of a configuration in one transaction, which is announced to all processes. Called at
   * start before readiness, and whenever the file is read anew; applying the same content again moves `updatedAt` only.
   * @throws ProvisioningError when the file conflicts with what the API made; nothing has been changed then
   */
  async apply(config: ProvisionedConfig): Promise<void> {
    const report = await this.runner.run((tx) => this.#apply(tx, config), {
      announce: 'here',
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
    this.#retentionMs = config.database.retentionMs;
    this.#tell(report);
    await this.purgeRetired(config.database.retentionMs);
  }

  /** Deletes for good the published entries of managed sources that left the file longer ago than the retention. */
  async purgeRetired(retentionMs: number): Promise<void> {
    const purged = await this.runner.run((tx) => this.retired.purge(tx, retentionMs), {
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
    for (const { name, servers, skills, plugins } of purged) {
      const about = { source: name, servers, skills, plugins };
      this.#log.warn(about, 'the retention of a removed managed source is over: its published entries are deleted');
    }
  }

  async #purgeAgain(): Promise<void> {
    try {
      if (this.#retentionMs !== undefined) await this.purgeRetired(this.#retentionMs);
    } catch (error) {
      this.#log.warn({ err: error }, 'deleting what removed managed sources held failed, another attempt follows');
    }
  }

  async #apply(tx: EntityManager, config: ProvisionedConfig): Promise<Report> {
    await holdDefinitions(tx);
    const present: PresentState = {
      sources: await this.sources.listWithin(tx),
      registries: await this.registries.listWithin(tx),
    };
    const conflicts = findConflicts(config, present);
    if (conflicts.length > 0) throw new ProvisioningError(conflicts);

    const report: Report = { leavers: findLeavers(config, present), retired: [], restored: [], converted: [] };
    for (const registry of report.leavers.registries) await this.registries.delete(tx, registry.id);
    for (const source of report.leavers.sources) await this.#remove(tx, source, report);
    const ids = await this.#writeSources(tx, config, present, report);
    await this.#writeRegistries(tx, config, present, ids);
    return report;
  }

  /** Removes a source that left the file; a managed one in which something was published is only hidden. */
  async #remove(tx: EntityManager, source: SourceRow, report: Report): Promise<void> {
    await this.registries.forgetSource(tx, source.id);
    const counts = await this.#publishedIn(tx, source);
    if (!counts) return this.sources.delete(tx, source.id);
    await this.retired.retire(tx, source.id);
    report.retired.push(counts);
  }

  /** What was published in a source; undefined when nothing was, or when it is not managed. */
  async #publishedIn(tx: EntityManager, { id, name, kind }: SourceRow): Promise<NamedCounts | undefined> {
    if (kind !== 'managed') return undefined;
    const counts = await this.retired.count(tx, id);
    return counts.servers + counts.skills + counts.plugins === 0 ? undefined : { source: name, ...counts };
  }

  async #writeSources(
    tx: EntityManager,
    config: ProvisionedConfig,
    present: PresentState,
    report: Report,
  ): Promise<Map<string, number>> {
    const before = new Map(present.sources.map((source) => [source.name, source]));
    const ids = new Map<string, number>();
    for (const definition of managedLast(config)) {
      const current =
        before.get(definition.name) ?? (await this.#restore(tx, definition, config.database.retentionMs, report));
      if (current && definition.settings.kind !== 'managed') {
        const counts = await this.#publishedIn(tx, current);
        if (counts) report.converted.push(counts);
      }
      const { id } = await this.#write(tx, current, definition);
      ids.set(definition.name, id);
    }
    return ids;
  }

  async #restore(
    tx: EntityManager,
    { name, settings }: SourceDefinition,
    retentionMs: number,
    report: Report,
  ): Promise<SourceRow | undefined> {
    if (settings.kind !== 'managed') return undefined;
    const restored = await this.retired.restore(tx, name, retentionMs);
    if (restored) report.restored.push({ source: name, ...(await this.retired.count(tx, restored.id)) });
    return restored;
  }

  async #write(tx: EntityManager, current: SourceRow | undefined, definition: SourceDefinition): Promise<SourceRow> {
    if (current) return this.writer.replace(tx, current, definition);
    const created = await this.writer.create(tx, definition, 'CONFIG');
    if (!created) throw new Error(`source "${definition.name}" is in the way of itself`);
    return created;
  }

  async #writeRegistries(
    tx: EntityManager,
    config: Definitions,
    present: PresentState,
    ids: ReadonlyMap<string, number>,
  ): Promise<void> {
    const before = new Map(present.registries.map((registry) => [registry.name, registry]));
    for (const definition of config.registries) {
      const sourceIds = definition.sources.map((name) => ids.get(name) ?? Number.NaN);
      const current = before.get(definition.name);
      if (current) await this.registries.replace(tx, current, definition, sourceIds);
      else await this.registries.insert(tx, definition, 'CONFIG', sourceIds);
    }
  }

  #tell({ leavers, retired, restored, converted }: Report): void {
    for (const { name } of leavers.registries) {
      this.#log.warn({ registry: name }, 'a registry is no longer in the configuration file and has been removed');
    }
    for (const { name } of leavers.sources) {
      this.#log.warn({ source: name }, 'a source is no longer in the configuration file and has been removed');
    }
    const retention = formatDuration((this.#retentionMs ?? 0) * 1000);
    for (const counts of retired) {
      this.#log.warn({ ...counts, retention }, 'published entries of the removed managed source are hidden and kept');
    }
    for (const counts of converted) {
      this.#log.warn(counts, 'a managed source has become another kind: the first pass replaces what was published');
    }
    for (const counts of restored) {
      this.#log.info(counts, 'a managed source is back in the configuration file, with what was published');
    }
  }
}

/** A managed source comes last, so that the one before it has gone, or has become another kind, when it is written. */
function managedLast({ sources }: Definitions): SourceDefinition[] {
  const isManaged = ({ settings }: SourceDefinition): boolean => settings.kind === 'managed';
  return [...sources.filter((source) => !isManaged(source)), ...sources.filter(isManaged)];
}
