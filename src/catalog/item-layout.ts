import { compareCodePoints } from '../common/code-point-order.js';
import { ELEMENTS_A_STEP, type Steps } from '../common/in-slices.js';
import { compareItems, type CatalogEntry, type CatalogVersion } from './catalog-entry.js';
import { ArrayAssembly, findPlace, findPlaceFrom } from './sorted.js';

/** Appends the versions of an entry that a list of items has, ordered by version. */
export type AppendVersions = (items: ArrayAssembly<CatalogVersion>, entry: CatalogEntry) => void;

/** For the list of all versions. */
export const allVersions: AppendVersions = (items, entry) => items.pushRange(entry.versions);

/** For the list of the latest ones. */
export const latestVersion: AppendVersions = (items, entry) => items.push(entry.latest);

/**
 * Lays out items in list order.
 * @param known - a list that is right but for the items of some names
 * @param changedNames - those names; ordered, each once
 */
export function* layOut(
  entries: readonly CatalogEntry[],
  appendVersions: AppendVersions,
  known?: readonly CatalogVersion[],
  changedNames: readonly string[] = [],
): Steps<readonly CatalogVersion[]> {
  if (known) return patch(known, entries, appendVersions, changedNames);
  const items = new ArrayAssembly<CatalogVersion>();
  for (let start = 0, names = 0; start < entries.length; names++) {
    start = appendName(items, entries, start, appendVersions);
    if (names % ELEMENTS_A_STEP === 0) yield;
  }
  return items.finish();
}

/** Takes the items of all names over, but for those of some names, which are laid out anew. */
function patch(
  known: readonly CatalogVersion[],
  entries: readonly CatalogEntry[],
  appendVersions: AppendVersions,
  changedNames: readonly string[],
): readonly CatalogVersion[] {
  const items = new ArrayAssembly<CatalogVersion>();
  let from = 0;
  for (const name of changedNames) {
    const start = findPlaceFrom(known, from, (item) => compareCodePoints(item.name, name) < 0);
    items.pushRange(known, from, start);
    from = findPlaceFrom(known, start, (item) => item.name === name);
    const entry = findPlace(entries, (candidate) => compareCodePoints(candidate.name, name) < 0);
    if (entries[entry]?.name === name) appendName(items, entries, entry, appendVersions);
  }
  items.pushRange(known, from);
  return items.finish();
}

/**
 * Appends the items of all entries that have the name of the one at `start`; they differ in their namespaces, and their
 * versions stand between each other.
 * @returns the index of the entry behind them
 */
function appendName(
  items: ArrayAssembly<CatalogVersion>,
  entries: readonly CatalogEntry[],
  start: number,
  appendVersions: AppendVersions,
): number {
  const first = entries[start] as CatalogEntry;
  let end = start + 1;
  if (entries[end]?.name !== first.name) {
    appendVersions(items, first);
    return end;
  }
  const ofName = new ArrayAssembly<CatalogVersion>();
  for (end = start; entries[end]?.name === first.name; end++) appendVersions(ofName, entries[end] as CatalogEntry);
  items.pushRange(ofName.finish().toSorted(compareItems));
  return end;
}
