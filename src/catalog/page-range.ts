import { compareItems, type CatalogVersion, type ItemPosition } from './catalog-entry.js';
import { encodeCursor, LAST_NAMESPACE, type CursorPosition } from './cursor.js';
import type { ListQuery } from './list-query.js';
import type { PageMetadata } from './page.js';
import { findPlace } from './sorted.js';

/** The items `[start, end)` of a list. */
export type PageRange = readonly [start: number, end: number];

/** Before all items. */
const BEGINNING: ItemPosition = { name: '', version: '', namespace: '' };

/** Finds the items of a page, in time that grows with the logarithm of the list's length. */
export function pageRange(
  items: readonly CatalogVersion[],
  { position, limit }: Pick<ListQuery, 'position' | 'limit'>,
): PageRange {
  if (position?.direction === 'before') {
    const end = findPlace(items, (item) => compareItems(item, position) < 0);
    return [Math.max(end - limit, 0), end];
  }
  const start = position ? findPlace(items, (item) => compareItems(item, position) <= 0) : 0;
  return [start, Math.min(start + limit, items.length)];
}

/** Where the page after this one begins; only a page before the first item can be empty and have one. */
function positionAfter(items: readonly CatalogVersion[], [start, end]: PageRange): CursorPosition {
  const { name, version, namespace } = end > start ? (items[end - 1] as CatalogVersion) : BEGINNING;
  return { direction: 'after', name, version, namespace };
}

/** Where the page before this one ends; an empty page behind the last item refers to where it was asked for. */
function positionBefore(
  items: readonly CatalogVersion[],
  [start, end]: PageRange,
  asked: CursorPosition | undefined,
): CursorPosition {
  const { name, version, namespace } =
    end > start ? (items[start] as CatalogVersion) : { ...(asked ?? BEGINNING), namespace: LAST_NAMESPACE };
  return { direction: 'before', name, version, namespace };
}

/** The metadata of a page: its cursors are there exactly when there are items behind or before it. */
export function pageMetadata(
  items: readonly CatalogVersion[],
  range: PageRange,
  { position, parameters, withTotal }: ListQuery,
): PageMetadata {
  const [start, end] = range;
  return {
    ...(end < items.length && { nextCursor: encodeCursor({ position: positionAfter(items, range), parameters }) }),
    ...(start > 0 && { prevCursor: encodeCursor({ position: positionBefore(items, range, position), parameters }) }),
    count: end - start,
    ...(withTotal && { total: items.length }),
  };
}
