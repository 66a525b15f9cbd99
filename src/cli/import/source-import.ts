import { InvalidInputError } from '../../common/errors.js';
import { formatDuration } from '../../common/duration.js';
import type { RegistryConfig, SourceDefinition } from '../../config/config.js';
import { parseInlineData } from '../../sources/inline-data.js';
import type { SourceRow } from '../../sources/source-row.js';
import { readSourceDefinition } from '../../sources/source-rules.js';
import type { InlineDocuments } from '../../sync/inline-documents.js';
import { createLogger } from '../../telemetry/logging.js';
import type { EstablishedSource } from './established-rows.js';
import type { ImportReport } from './import-report.js';
import type { ImportTarget } from './import-target.js';

/** @throws InvalidInputError when this server does not take such a definition */
function toDefinition(source: EstablishedSource): SourceDefinition {
  const { name, kind, settings, filter, intervalMicroseconds, claims } = source;
  return readSourceDefinition(name, {
    [kind]: settings ?? {},
    ...(filter ? { filter } : {}),
    ...(claims ? { claims } : {}),
    ...(intervalMicroseconds === null ? {} : { syncPolicy: { interval: formatDuration(intervalMicroseconds) } }),
  });
}

/**
 * Brings over the sources that were made over the API, and knows afterwards which source of the target stands for which
 * of the established server.
 */
export class SourceImport {
  readonly #log = createLogger('import');
  /** Names of the established server to ids of the target. */
  readonly #ids = new Map<string, number>();
  readonly #configured: ReadonlyMap<string, SourceDefinition>;
  readonly #present: ReadonlyMap<string, SourceRow>;

  constructor(
    private readonly target: ImportTarget,
    config: Pick<RegistryConfig, 'sources'>,
    private readonly inlineDocuments: InlineDocuments,
    private readonly report: ImportReport,
  ) {
    this.#configured = new Map(config.sources.map((source) => [source.name, source]));
    this.#present = new Map(target.state.sources.map((source) => [source.name, source]));
  }

  /** Creates what is missing of the API's sources; of managed ones, only what may be beside the configuration file's. */
  async run(sources: readonly EstablishedSource[]): Promise<void> {
    const managed = sources.filter(({ kind }) => kind === 'managed');
    for (const source of sources) {
      if (source.kind === 'managed') await this.#importManaged(source, managed.length === 1);
      else if (source.creationType === 'API') await this.#importApi(source);
    }
  }

  /** The source of the target that the entries of a managed source go to; undefined when there is none. */
  managedId(name: string): number | undefined {
    return this.#ids.get(name);
  }

  /**
   * The id of the target's source that has a name of the established server. One that only the configuration file has so
   * far is created, as the next start would.
   * @returns undefined when there is none, or none that the next start will keep
   */
  async find(name: string): Promise<number | undefined> {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const present = this.#present.get(name);
    const configured = this.#configured.get(name);
    if (present && (configured || present.creationType === 'API')) return present.id;
    if (!configured || this.#findObstacle(configured.name, configured.settings.kind) !== undefined) return undefined;
    const id = await this.target.createSource({ definition: configured, creationType: 'CONFIG' });
    this.#log.info({ source: name }, 'source of the configuration file created, as something refers to it');
    this.#ids.set(name, id);
    return id;
  }

  async #importManaged(source: EstablishedSource, isOnlyOne: boolean): Promise<void> {
    const counterpart = this.#managedOfTarget();
    if (!counterpart && source.creationType === 'API') return this.#importApi(source);
    if (!counterpart) {
      return this.report.skip('source', source.name, 'the configuration file has no managed source for its entries');
    }
    const isMatch = counterpart.name === source.name || isOnlyOne;
    // A source that the file has just made managed becomes it at the next start.
    const isManaged = (this.#present.get(counterpart.name)?.kind ?? 'managed') === 'managed';
    const id = isMatch && isManaged ? await this.find(counterpart.name) : undefined;
    if (id === undefined) {
      const reason = `managed source "${counterpart.name}" of the target cannot take its entries`;
      return this.report.skip('source', source.name, reason);
    }
    this.#ids.set(source.name, id);
    if (source.creationType === 'CONFIG') return;
    if (counterpart.isOfApi && counterpart.name === source.name) this.report.count('sources', 'alreadyThere');
    else
      this.report.skip('source', source.name, `its entries go to managed source "${counterpart.name}" of the target`);
  }

  /** The one managed source that the target has, or will have from the next start on. */
  #managedOfTarget(): { name: string; isOfApi: boolean } | undefined {
    for (const { name, settings } of this.#configured.values()) {
      if (settings.kind === 'managed') return { name, isOfApi: false };
    }
    const row = this.target.state.sources.find(
      ({ kind, creationType }) => kind === 'managed' && creationType === 'API',
    );
    return row && { name: row.name, isOfApi: true };
  }

  async #importApi(source: EstablishedSource): Promise<void> {
    const { name, kind } = source;
    const present = this.#present.get(name);
    if (present?.creationType === 'API' && present.kind === kind && !this.#configured.has(name)) {
      this.#ids.set(name, present.id);
      return this.report.count('sources', 'alreadyThere');
    }
    const obstacle = this.#configured.has(name)
      ? 'the configuration file has a source of this name'
      : this.#findObstacle(name, kind);
    if (obstacle !== undefined) return this.report.skip('source', name, obstacle);
    await this.#create(source);
  }

  /** What of the target is in the way of a new source. */
  #findObstacle(name: string, kind: string): string | undefined {
    const { sources, retiredNames } = this.target.state;
    const present = this.#present.get(name);
    if (present) return `the target has a ${present.creationType} source of this name and of kind ${present.kind}`;
    if (retiredNames.includes(name))
      return 'the target keeps a managed source of this name that left its configuration';
    const managed = sources.find((source) => source.kind === 'managed');
    if (kind === 'managed' && managed) return `the target has managed source "${managed.name}"`;
    return undefined;
  }

  async #create(source: EstablishedSource): Promise<void> {
    const { name, createdAt, updatedAt } = source;
    try {
      const definition = toDefinition(source);
      const inline = await parseInlineData(this.inlineDocuments, definition);
      const times = { createdAt, updatedAt };
      this.#ids.set(name, await this.target.createSource({ definition, creationType: 'API', times, inline }));
      this.report.count('sources', 'created');
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      this.report.skip('source', name, error.message);
    }
  }
}
