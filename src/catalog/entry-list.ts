import { atOnce, withStops, type Steps } from '../common/in-slices.js';
import { compareEntryNames, compareItems, type CatalogEntry, type CatalogVersion } from './catalog-entry.js';
import { allVersions, latestVersion, layOut } from './item-layout.js';
import { SearchBlocks } from './search-blocks.js';
import { ArrayAssembly, findPlace, findPlaceFrom } from './sorted.js';

/** What is right but for the items of some names. */
interface Origin {
  readonly items: readonly CatalogVersion[] | undefined;
  readonly latest: readonly CatalogVersion[] | undefined;
  readonly searchBlocks: SearchBlocks | undefined;
}

/** Lists that differ at more than this part of the names are laid out anew. */
const MAX_PATCHED = 1 / 8;

/** Up to this part of a list, items are looked up one by one. */
const MAX_LOOKED_UP = 1 / 64;

/**
 * Entries, each name once, ordered by `compareEntryNames`, the lists of items over them, and the blocks in which these are
 * searched, which are laid out when they are first asked for. Immutable.
 */
export class EntryList {
  #items: readonly CatalogVersion[] | undefined;
  #latest: readonly CatalogVersion[] | undefined;
  #searchBlocks: SearchBlocks | undefined;
  #origin: Origin | undefined;
  #names: readonly string[] = [];

  constructor(readonly entries: readonly CatalogEntry[]) {}

  /** All versions in list order. */
  get items(): readonly CatalogVersion[] {
    return (this.#items ??= atOnce(this.#layOutItems()));
  }

  /** The latest version of each entry in list order. */
  get latest(): readonly CatalogVersion[] {
    return (this.#latest ??= atOnce(this.#layOutLatest()));
  }

  /** For searches among all items. */
  get searchBlocks(): SearchBlocks {
    return (this.#searchBlocks ??= atOnce(this.#layOutSearchBlocks()));
  }

  /**
   * Those of some items that are in this list, in list order.
   * @param items - each once, in any order
   */
  intersect(items: readonly CatalogVersion[]): readonly CatalogVersion[] {
    if (items.length > this.items.length * MAX_LOOKED_UP) {
      const wanted = new Set(items);
      return this.items.filter((item) => wanted.has(item));
    }
    const isHere = (item: CatalogVersion): boolean =>
      this.items[findPlace(this.items, (other) => compareItems(other, item) < 0)] === item;
    return items.filter(isHere).toSorted(compareItems);
  }

  /**
   * Lays out everything before anybody asks for it, but for lists that can be had of the list that this one comes from in
   * less time than a request would notice.
   */
  *layOutAhead(): Steps<void> {
    this.#searchBlocks ??= yield* this.#layOutSearchBlocks();
    if (this.#origin) return;
    this.#items ??= yield* this.#layOutItems();
    this.#latest ??= yield* this.#layOutLatest();
  }

  /**
   * The list that comes after this one: other entries at some names. What has been laid out here is taken over.
   * @param names - ordered, each once
   */
  derive(entries: readonly CatalogEntry[], names: readonly string[]): EntryList {
    // The arrays and not this list: otherwise each list would keep all lists before it in memory.
    const origin = { items: this.#items, latest: this.#latest, searchBlocks: this.#searchBlocks };
    return new EntryList(entries).#startFrom(origin, names);
  }

  /**
   * A list that exists beside this one, with other entries at some names. What it needs is laid out here first, where
   * later lists find it.
   * @param names - ordered, each once
   */
  overlay(entries: readonly CatalogEntry[], names: readonly string[]): EntryList {
    return new EntryList(entries).#startFrom(this, names);
  }

  #startFrom(origin: Origin, names: readonly string[]): this {
    if (names.length > this.entries.length * MAX_PATCHED) return this;
    this.#origin = origin;
    this.#names = names;
    return this;
  }

  *#layOutSearchBlocks(): Steps<SearchBlocks> {
    const known = this.#origin?.searchBlocks;
    return yield* known ? known.derive(this.entries, this.#names) : SearchBlocks.of(this.entries);
  }

  *#layOutItems(): Steps<readonly CatalogVersion[]> {
    const items = yield* layOut(this.entries, allVersions, this.#origin?.items, this.#names);
    // It holds versions that are not in this list any more.
    if (this.#latest) this.#origin = undefined;
    return items;
  }

  *#layOutLatest(): Steps<readonly CatalogVersion[]> {
    const latest = yield* layOut(this.entries, latestVersion, this.#origin?.latest, this.#names);
    if (this.#items) this.#origin = undefined;
    return latest;
  }
}

/** Entries that were put together. */
export interface MergedEntries {
  readonly entries: readonly CatalogEntry[];
  /** Names of the added entries that are in it; ordered, each once. */
  readonly names: readonly string[];
  /** The present entries that made way for added ones. */
  readonly displaced: readonly CatalogEntry[];
}

/**
 * Puts ordered entries into ordered entries, in time that grows with those that are added, but for the copying.
 * @param addedWins - which of two entries of the same name stays
 */
export function* mergeEntries(
  present: readonly CatalogEntry[],
  added: readonly CatalogEntry[],
  addedWins: boolean,
): Steps<MergedEntries> {
  const entries = new ArrayAssembly<CatalogEntry>();
  const names: string[] = [];
  const displaced: CatalogEntry[] = [];
  let from = 0;
  yield* withStops(added, (entry) => {
    const at = findPlaceFrom(present, from, (other) => compareEntryNames(other, entry) < 0);
    entries.pushRange(present, from, at);
    from = at;
    const rival = present[at];
    if (rival && compareEntryNames(rival, entry) === 0) {
      if (!addedWins) return;
      displaced.push(rival);
      from++;
    }
    entries.push(entry);
    if (names.at(-1) !== entry.name) names.push(entry.name);
  });
  entries.pushRange(present, from);
  return { entries: entries.finish(), names, displaced };
}

/** Puts two lists together; of a name that both have, the entry of the first is taken (consumer spec 6). */
export function mergeLists(first: EntryList, second: EntryList): EntryList {
  const isFirstLonger = first.entries.length >= second.entries.length;
  const [longer, shorter] = isFirstLonger ? [first, second] : [second, first];
  if (shorter.entries.length === 0) return longer;
  const { entries, names } = atOnce(mergeEntries(longer.entries, shorter.entries, !isFirstLonger));
  return longer.overlay(entries, names);
}
