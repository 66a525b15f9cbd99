import type { GuardedRegistry } from '../auth/visibility.js';
import type { Claims } from '../claims/claims.js';
import type { EntryKind } from '../model/entry-kind.js';
import type { SourceShelves } from './shelf.js';
import { ShelfStack, stackKey } from './shelf-stack.js';

/** A registry as it is stored. */
export interface RegistryRow {
  readonly name: string;
  readonly access: 'private' | 'public';
  readonly claims: Claims | null;
  /** Ids of its sources in order of precedence. */
  readonly sourceIds: readonly number[];
}

/** A registry over the shelves of its sources. */
export interface CatalogRegistry extends GuardedRegistry {
  readonly name: string;
  readonly stacks: Readonly<Record<EntryKind, ShelfStack>>;
}

/** Registries and the content of all sources at one moment. Immutable. */
export interface Snapshot {
  /** By id. */
  readonly sources: ReadonlyMap<number, SourceShelves>;
  /** Names of the sources by id. */
  readonly sourceNames: ReadonlyMap<number, string>;
  /** By name. */
  readonly registries: ReadonlyMap<string, CatalogRegistry>;
  readonly stacks: ReadonlySet<ShelfStack>;
}

/** Nothing. */
export const EMPTY_SNAPSHOT: Snapshot = {
  sources: new Map(),
  sourceNames: new Map(),
  registries: new Map(),
  stacks: new Set(),
};

/**
 * Puts registries over shelves. Stacks of the previous snapshot whose shelves are the same are taken over, and with them
 * the views over them. Sources that are not in `sources` (hidden ones) contribute nothing.
 */
export function createSnapshot(
  sources: ReadonlyMap<number, SourceShelves>,
  rows: readonly RegistryRow[],
  previous: Snapshot,
  sourceNames: ReadonlyMap<number, string> = new Map(),
): Snapshot {
  const known = new Map([...previous.stacks].map((stack) => [stack.key, stack]));
  const stacks = new Set<ShelfStack>();
  const stackOf = (kind: EntryKind, sourceIds: readonly number[]): ShelfStack => {
    const shelves = sourceIds.flatMap((id) => sources.get(id)?.shelves[kind] ?? []);
    const key = stackKey(shelves);
    const stack = known.get(key) ?? new ShelfStack(shelves);
    known.set(key, stack);
    stacks.add(stack);
    return stack;
  };
  const registries = rows.map(({ name, access, claims, sourceIds }): [string, CatalogRegistry] => {
    const stacks = {
      server: stackOf('server', sourceIds),
      skill: stackOf('skill', sourceIds),
      plugin: stackOf('plugin', sourceIds),
    };
    return [name, { name, access, claims, stacks }];
  });
  return { sources, sourceNames, registries: new Map(registries), stacks };
}
