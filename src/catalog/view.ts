import { LRUCache } from 'lru-cache';
import { NotFoundError } from '../common/errors.js';
import type { EntryKind } from '../model/entry-kind.js';
import { findEntry, type CatalogEntry, type CatalogVersion, type EntryName } from './catalog-entry.js';
import type { EntryList } from './entry-list.js';
import { mergeVisible } from './entry-merge.js';
import { filterItems, restricts, type ItemFilter } from './item-filter.js';
import type { ListQuery } from './list-query.js';
import { renderPage, renderVersion, type CatalogAnswer } from './page.js';
import type { PageCache } from './page-cache.js';
import { pageMetadata, pageRange } from './page-range.js';
import type { ClaimScope, ShelfStack } from './shelf-stack.js';
import { searchWords } from './search-text.js';
import { versionsInOrder } from './version-list.js';

/** The names under which the envelopes of lists hold their items. */
export const LIST_MEMBERS = { server: 'servers', skill: 'skills', plugin: 'plugins' } as const satisfies Record<
  EntryKind,
  string
>;

/** Filtered lists of one view that are remembered, so that a walk filters once. */
const MAX_SELECTIONS = 256;

/** What they take is counted in references to versions; keys, which hold the search, count as well. */
const REFERENCE_BYTES = 8;
const SELECTION_OVERHEAD = 2_000;

let lastGeneration = 0;

/**
 * What callers of one claim scope see of the entries of one kind in one registry, at one moment. Immutable: a change of
 * the registry, its sources or their entries leads to another view. Hidden entries are not in it at all.
 */
export class View {
  /** Unique in the process; the answers of one generation never change. */
  readonly generation = ++lastGeneration;
  readonly #list: EntryList;
  #selections: LRUCache<string, readonly CatalogVersion[]> | undefined;

  constructor(
    readonly kind: EntryKind,
    readonly stack: ShelfStack,
    scope: ClaimScope,
    private readonly pages: PageCache,
  ) {
    this.#list = mergeVisible(stack, scope);
  }

  /** Ordered by `compareEntryNames`. */
  get entries(): readonly CatalogEntry[] {
    return this.#list.entries;
  }

  /** The number of items of the whole list. */
  get versionCount(): number {
    return this.#list.items.length;
  }

  /** One page of a list. */
  list(query: ListQuery): CatalogAnswer {
    return this.pages.get(`${this.generation} list ${listKey(query)}`, () => {
      const items = this.#select(query);
      const range = pageRange(items, query);
      return renderPage(LIST_MEMBERS[this.kind], items, range, pageMetadata(items, range, query));
    });
  }

  /**
   * All versions of an entry.
   * @throws NotFoundError when there is no such entry, or it is hidden
   */
  listVersions(name: EntryName): CatalogAnswer {
    const entry = findEntry(this.entries, name);
    if (!entry) throw new NotFoundError('not found');
    return this.pages.get(`${this.generation} versions ${JSON.stringify([name.namespace, name.name])}`, () => {
      const items = versionsInOrder(this.kind, entry);
      return renderPage(LIST_MEMBERS[this.kind], items, [0, items.length], { count: items.length });
    });
  }

  /**
   * One version of an entry; `latest` is a keyword.
   * @throws NotFoundError when there is no such entry or version, or it is hidden
   */
  getVersion(name: EntryName, version: string): CatalogAnswer {
    const entry = findEntry(this.entries, name);
    const found = version === 'latest' ? entry?.latest : entry?.versions.find((one) => one.version === version);
    if (!found) throw new NotFoundError('not found');
    return this.pages.get(`${this.generation} version ${found.id}`, () => renderVersion(found));
  }

  /** The items of the list for these filters; the same array when it is asked for again. */
  #select({ filter, parameters }: ListQuery): readonly CatalogVersion[] {
    if (!restricts(filter)) return filter.version === 'latest' ? this.#list.latest : this.#list.items;
    this.#selections ??= new LRUCache({
      max: MAX_SELECTIONS,
      maxSize: 2 * this.versionCount + SELECTION_OVERHEAD,
      sizeCalculation: (items, key) => items.length + Math.ceil(key.length / REFERENCE_BYTES) + 1,
    });
    const key = JSON.stringify(parameters);
    let items = this.#selections.get(key);
    if (!items) {
      items = filterItems(this.#candidates(filter), filter);
      this.#selections.set(key, items);
    }
    return items;
  }

  #candidates({ search, version }: ItemFilter): readonly CatalogVersion[] {
    if (search !== undefined) return this.#search(search);
    return version === 'latest' ? this.#list.latest : this.#list.items;
  }

  /** Searches the shelves, whose blocks all views share, and leaves out what is not in this view. */
  #search(search: string): readonly CatalogVersion[] {
    const words = searchWords(search);
    const { shelves } = this.stack;
    const found = shelves.flatMap(({ list }) => list.searchBlocks.find(words));
    return shelves.length === 1 && shelves[0]?.list === this.#list ? found : this.#list.intersect(found);
  }
}

/** Queries are remembered, so their keys are made once. */
const listKeys = new WeakMap<ListQuery, string>();

/** Equal exactly for queries that ask for the same page. */
function listKey(query: ListQuery): string {
  let key = listKeys.get(query);
  if (key === undefined) {
    key = JSON.stringify([query.limit, query.position, query.parameters]);
    listKeys.set(query, key);
  }
  return key;
}
