import type { Claims } from '../claims/claims.js';
import { compareCodePoints } from '../common/code-point-order.js';
import type { EntryFacets } from '../documents/entry-document.js';
import type { OfficialStatus } from '../model/official-status.js';
import type { ItemBytes } from './item-arena.js';
import { findPlace } from './sorted.js';
import type { Microseconds } from './timestamp.js';

/** The times of a version; shared by all versions that have the same. */
export interface VersionTimes {
  readonly publishedAt: Microseconds;
  readonly statusChangedAt: Microseconds;
  readonly updatedAt: Microseconds;
}

/**
 * One version of an entry, in the form in which it is served. Immutable, and shared by all snapshots in which it is the
 * same. `slab`, `start` and `end` say where its JSON stands: for a server the envelope of the list, for the others the
 * bare document.
 */
export interface CatalogVersion extends ItemBytes {
  /** The row's id. */
  readonly id: number;
  /** The entry's, as is `namespace`: lists are ordered by them. */
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  /** Place in the stored order of the entry's versions. */
  readonly ordinal: number;
  readonly status: OfficialStatus;
  readonly times: VersionTimes;
  readonly isLatest: boolean;
  /** Lower-cased name, title, description and tags; see `searchTextOf`. */
  readonly searchText: string;
  readonly facets: EntryFacets;
}

/** Claims of entries. `key` is their JSON as stored, empty for none: sets of equal keys are visible to the same callers. */
export interface ClaimSet {
  readonly key: string;
  readonly claims: Claims | null;
}

/** A server, skill or plugin of one source with all its versions. Immutable. */
export interface CatalogEntry {
  /** Empty for servers. */
  readonly namespace: string;
  readonly name: string;
  readonly claims: ClaimSet;
  /** At least one, ordered by the version as a string, by code point. */
  readonly versions: readonly CatalogVersion[];
  /** The one that `latest` means. */
  readonly latest: CatalogVersion;
}

/**
 * Makes an entry of its versions.
 * @param versions - exactly one of them is the latest
 */
export function createEntry(
  { name, namespace }: EntryName,
  claims: ClaimSet,
  versions: readonly CatalogVersion[],
): CatalogEntry {
  const latest = versions.find(({ isLatest }) => isLatest);
  if (!latest) throw new Error(`entry ${name} has no latest version`);
  return { namespace, name, claims, versions, latest };
}

/** What the order of entries is decided by. */
export type EntryName = Pick<CatalogEntry, 'name' | 'namespace'>;

/** Orders entries by name, then namespace, by code point. */
export function compareEntryNames(a: EntryName, b: EntryName): number {
  return compareCodePoints(a.name, b.name) || compareCodePoints(a.namespace, b.namespace);
}

/** What the order of items of a list is decided by. */
export type ItemPosition = Pick<CatalogVersion, 'name' | 'version' | 'namespace'>;

/** Orders items of a list by name, then version as a string, then namespace, by code point (consumer spec 3 and 7). */
export function compareItems(a: ItemPosition, b: ItemPosition): number {
  return (
    compareCodePoints(a.name, b.name) ||
    compareCodePoints(a.version, b.version) ||
    compareCodePoints(a.namespace, b.namespace)
  );
}

/** Finds an entry by its name in entries ordered by {@link compareEntryNames}. */
export function findEntry(entries: readonly CatalogEntry[], name: EntryName): CatalogEntry | undefined {
  const entry = entries[findPlace(entries, (candidate) => compareEntryNames(candidate, name) < 0)];
  return entry && compareEntryNames(entry, name) === 0 ? entry : undefined;
}
