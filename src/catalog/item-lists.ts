import { compareItems, type CatalogEntry, type CatalogVersion } from './catalog-entry.js';

/** The latest version of an entry, as a list of one. */
export function latestOf(entry: CatalogEntry): readonly CatalogVersion[] {
  return [entry.latest];
}

/** The end of the run of entries that have the name of the one at `start`: they differ in their namespaces. */
function endOfName(entries: readonly CatalogEntry[], start: number): number {
  const name = entries[start]?.name;
  let end = start + 1;
  while (entries[end]?.name === name && end < entries.length) end++;
  return end;
}

/**
 * Lays entries out as items of a list, ordered by `compareItems`.
 * @param entries - ordered by `compareEntryNames`
 * @param versionsOf - which versions of an entry are in the list, ordered by version
 */
export function flattenEntries(
  entries: readonly CatalogEntry[],
  versionsOf: (entry: CatalogEntry) => readonly CatalogVersion[],
): CatalogVersion[] {
  const items: CatalogVersion[] = [];
  for (let start = 0; start < entries.length;) {
    const end = endOfName(entries, start);
    const first = items.length;
    for (let index = start; index < end; index++) items.push(...versionsOf(entries[index] as CatalogEntry));
    // Versions of equal names in several namespaces stand between each other.
    if (end - start > 1) items.push(...items.splice(first).toSorted(compareItems));
    start = end;
  }
  return items;
}
