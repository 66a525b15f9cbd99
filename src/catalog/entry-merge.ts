import { compareEntryNames, type CatalogEntry } from './catalog-entry.js';
import type { ClaimScope, ShelfStack } from './shelf-stack.js';

/** Merges two ordered lists; of a name that both have, the entry of the first is taken. */
function mergeTwo(first: readonly CatalogEntry[], second: readonly CatalogEntry[]): readonly CatalogEntry[] {
  if (second.length === 0) return first;
  if (first.length === 0) return second;
  const merged: CatalogEntry[] = [];
  let index = 0;
  for (const entry of first) {
    let order = -1;
    while (index < second.length && (order = compareEntryNames(second[index] as CatalogEntry, entry)) < 0) {
      merged.push(second[index++] as CatalogEntry);
    }
    if (order === 0) index++;
    merged.push(entry);
  }
  for (; index < second.length; index++) merged.push(second[index] as CatalogEntry);
  return merged;
}

/** Merges halves, so that the work grows with the logarithm of the number of lists. */
function mergeAll(lists: readonly (readonly CatalogEntry[])[]): readonly CatalogEntry[] {
  if (lists.length <= 1) return lists[0] ?? [];
  const middle = lists.length >>> 1;
  return mergeTwo(mergeAll(lists.slice(0, middle)), mergeAll(lists.slice(middle)));
}

/**
 * The entries of a stack that are visible: of each name the one of the first shelf that has a visible entry of that name,
 * with all its versions (consumer spec 6). Without anything to hide or to merge it is the shelf's own array.
 * @returns ordered by `compareEntryNames`
 */
export function mergeVisible(stack: ShelfStack, { visible }: ClaimScope): readonly CatalogEntry[] {
  const lists = stack.shelves.map(({ entries, claimSets }) => {
    if (visible === undefined || claimSets.every(({ key }) => visible.has(key))) return entries;
    return entries.filter(({ claims }) => visible.has(claims.key));
  });
  return mergeAll(lists);
}
