import { EntryList, mergeLists } from './entry-list.js';
import type { Shelf } from './shelf.js';
import type { ClaimScope, ShelfStack } from './shelf-stack.js';

/** Merges halves, so that the work grows with the logarithm of the number of lists. */
function mergeAll(lists: readonly EntryList[]): EntryList {
  const [first, second] = lists;
  if (!first) return new EntryList([]);
  if (!second) return first;
  const middle = lists.length >>> 1;
  return mergeLists(mergeAll(lists.slice(0, middle)), mergeAll(lists.slice(middle)));
}

function visibleList({ list, claimSets }: Shelf, { visible }: ClaimScope): EntryList {
  if (visible === undefined || claimSets.every(({ key }) => visible.has(key))) return list;
  return new EntryList(list.entries.filter(({ claims }) => visible.has(claims.key)));
}

/**
 * The entries of a stack that are visible: of each name the one of the first shelf that has a visible entry of that name,
 * with all its versions (consumer spec 6). Without anything to hide or to merge it is the shelf's own list.
 */
export function mergeVisible(stack: ShelfStack, scope: ClaimScope): EntryList {
  return mergeAll(stack.shelves.map((shelf) => visibleList(shelf, scope)));
}
