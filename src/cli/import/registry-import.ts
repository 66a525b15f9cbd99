import { InvalidInputError } from '../../common/errors.js';
import type { RegistryConfig, RegistryDefinition } from '../../config/config.js';
import { assertValidRegistryName, readRegistryDefinition } from '../../registries/registry-rules.js';
import type { EstablishedRegistry } from './established-rows.js';
import type { ImportReport } from './import-report.js';
import type { ImportTarget } from './import-target.js';
import type { SourceImport } from './source-import.js';

/** @throws InvalidInputError when this server does not take such a registry */
function toDefinition({ name, sources, claims }: EstablishedRegistry): RegistryDefinition {
  assertValidRegistryName(name);
  return readRegistryDefinition(name, { sources: [...sources], ...(claims ? { claims } : {}) });
}

/** Brings over the registries that were made over the API; it follows the sources. */
export class RegistryImport {
  readonly #configured: ReadonlySet<string>;

  constructor(
    private readonly target: ImportTarget,
    config: Pick<RegistryConfig, 'registries'>,
    private readonly sources: SourceImport,
    private readonly report: ImportReport,
  ) {
    this.#configured = new Set(config.registries.map(({ name }) => name));
  }

  /** Creates what is missing. */
  async run(registries: readonly EstablishedRegistry[]): Promise<void> {
    for (const registry of registries) await this.#import(registry);
  }

  async #import(registry: EstablishedRegistry): Promise<void> {
    const { name } = registry;
    if (this.#configured.has(name)) {
      return this.report.skip('registry', name, 'the configuration file has a registry of this name');
    }
    const present = this.target.state.registries.find((other) => other.name === name);
    if (present?.creationType === 'API') return this.report.count('registries', 'alreadyThere');
    if (present) return this.report.skip('registry', name, 'the target has a CONFIG registry of this name');
    try {
      const definition = toDefinition(registry);
      await this.target.createRegistry(definition, await this.#sourceIds(definition), registry);
      this.report.count('registries', 'created');
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      this.report.skip('registry', name, error.message);
    }
  }

  async #sourceIds({ sources }: RegistryDefinition): Promise<number[]> {
    const ids = new Set<number>();
    for (const name of sources) {
      const id = await this.sources.find(name);
      if (id === undefined) throw new InvalidInputError(`its source "${name}" is not in the target`);
      ids.add(id);
    }
    return [...ids];
  }
}
