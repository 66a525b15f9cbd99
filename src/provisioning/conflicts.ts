import type { RegistryConfig } from '../config/config.js';
import type { RegistryRow } from '../registries/registries.repository.js';
import type { SourceRow } from '../sources/source-row.js';

/** The part of the configuration that is applied to the database. */
export type Definitions = Pick<RegistryConfig, 'sources' | 'registries'>;

/** What the database holds before. */
export interface PresentState {
  readonly sources: readonly SourceRow[];
  readonly registries: readonly RegistryRow[];
}

/** What the configuration file made before and no longer names. */
export interface Leavers {
  readonly sources: readonly SourceRow[];
  readonly registries: readonly RegistryRow[];
}

function unnamed<T extends { readonly name: string; readonly creationType: string }>(
  present: readonly T[],
  wanted: readonly { readonly name: string }[],
): T[] {
  const names = new Set(wanted.map(({ name }) => name));
  return present.filter(({ name, creationType }) => creationType === 'CONFIG' && !names.has(name));
}

/** The CONFIG sources and registries that the file no longer names. */
export function findLeavers(wanted: Definitions, present: PresentState): Leavers {
  return {
    sources: unnamed(present.sources, wanted.sources),
    registries: unnamed(present.registries, wanted.registries),
  };
}

function* nameConflicts(
  what: 'source' | 'registry',
  wanted: readonly { readonly name: string }[],
  present: readonly { readonly name: string; readonly creationType: string }[],
): Generator<string> {
  const made = new Set(present.filter(({ creationType }) => creationType === 'API').map(({ name }) => name));
  const group = what === 'source' ? 'sources' : 'registries';
  for (const { name } of wanted) {
    if (made.has(name))
      yield `cannot overwrite API-created ${group}: ${what} "${name}" of the file has the name of one`;
  }
}

function* managedConflicts(wanted: Definitions, present: PresentState): Generator<string> {
  const ours = wanted.sources.find(({ settings }) => settings.kind === 'managed');
  const theirs = present.sources.find(({ kind, creationType }) => kind === 'managed' && creationType === 'API');
  if (!ours || !theirs || ours.name === theirs.name) return;
  yield `at most one managed source is allowed: source "${ours.name}" of the file, beside source "${theirs.name}"`;
}

function* referenceConflicts(leavers: Leavers, present: PresentState): Generator<string> {
  for (const { name } of leavers.sources) {
    for (const registry of present.registries) {
      if (registry.creationType !== 'API' || !registry.sources.includes(name)) continue;
      yield `source "${name}" is no longer in the file, but registry "${registry.name}" uses it`;
    }
  }
}

/**
 * Finds every conflict between the file and the database (operations spec 2).
 * @returns one sentence each, which names the resources; empty when the file can be applied
 */
export function findConflicts(wanted: Definitions, present: PresentState): string[] {
  return [
    ...nameConflicts('source', wanted.sources, present.sources),
    ...managedConflicts(wanted, present),
    ...referenceConflicts(findLeavers(wanted, present), present),
    ...nameConflicts('registry', wanted.registries, present.registries),
  ];
}
