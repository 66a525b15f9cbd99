import type { CatalogVersion } from './catalog-entry.js';
import type { Microseconds } from './timestamp.js';

/** Which versions a list is about; all members that are present must hold (consumer spec 3, ahead.md P5). */
export interface ItemFilter {
  readonly search?: string;
  /** `latest`, or an exact version. */
  readonly version?: string;
  /** Strictly later. */
  readonly updatedSince?: Microseconds;
  /** All of them. */
  readonly tags?: readonly string[];
  /** Any of them. */
  readonly transports?: readonly string[];
  /** Any of them. */
  readonly registryTypes?: readonly string[];
  readonly kind?: 'package' | 'remote';
  /** Status of a skill or plugin, upper case; any of them. */
  readonly statuses?: readonly string[];
}

type Predicate = (version: CatalogVersion) => boolean;

// Sets, because a request may repeat a parameter tens of thousands of times.
function anyOf(wanted: readonly string[], heldBy: (version: CatalogVersion) => readonly string[]): Predicate {
  const set = new Set(wanted);
  return (version) => heldBy(version).some((value) => set.has(value));
}

function allOf(wanted: readonly string[], heldBy: (version: CatalogVersion) => readonly string[]): Predicate {
  const distinct = [...new Set(wanted)];
  return (version) => distinct.every((value) => heldBy(version).includes(value));
}

/** The conditions of a filter but for `search`, the cheapest first. */
function predicatesOf(filter: ItemFilter): Predicate[] {
  const { version, updatedSince, tags, transports, registryTypes, kind, statuses } = filter;
  const predicates: Predicate[] = [];
  if (version === 'latest') predicates.push(({ isLatest }) => isLatest);
  else if (version !== undefined) predicates.push((item) => item.version === version);
  if (updatedSince !== undefined) predicates.push(({ times }) => times.updatedAt > updatedSince);
  if (kind !== undefined) predicates.push(({ facets }) => facets.kinds.includes(kind));
  if (statuses) predicates.push(anyOf(statuses, ({ facets }) => (facets.status === undefined ? [] : [facets.status])));
  if (transports) predicates.push(anyOf(transports, ({ facets }) => facets.transports));
  if (registryTypes) predicates.push(anyOf(registryTypes, ({ facets }) => facets.registryTypes));
  if (tags) predicates.push(allOf(tags, ({ facets }) => facets.tags));
  return predicates;
}

function all(predicates: readonly Predicate[]): Predicate {
  const [first, ...others] = predicates;
  if (!first) return () => true;
  if (others.length === 0) return first;
  return (item) => predicates.every((holds) => holds(item));
}

/** Whether the filter leaves anything out, besides the choice between all versions and the latest ones. */
export function restricts({ version, ...others }: ItemFilter): boolean {
  return (version !== undefined && version !== 'latest') || Object.values(others).some((value) => value !== undefined);
}

/**
 * The items for which every condition of the filter but `search` holds, in the same order.
 * @param items - those that `search` finds, when it is one of the conditions
 */
export function filterItems(items: readonly CatalogVersion[], filter: ItemFilter): readonly CatalogVersion[] {
  const holds = all(predicatesOf(filter));
  const found: CatalogVersion[] = [];
  // By index, without an iterator's object for each item: a large catalogue is gone through while other requests wait.
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as CatalogVersion;
    if (holds(item)) found.push(item);
  }
  return found;
}
