import { compareCodePoints } from '../common/code-point-order.js';
import { atOnce, ELEMENTS_A_STEP, withStops, type Steps } from '../common/in-slices.js';
import { compareEntryNames, compareItems, type CatalogEntry, type CatalogVersion } from './catalog-entry.js';
import { ArrayAssembly, findPlace, findPlaceFrom } from './sorted.js';

/** Appends the versions of an entry that a list of items has, ordered by version. */
type AppendVersions = (items: ArrayAssembly<CatalogVersion>, entry: CatalogEntry) => void;

const allVersions: AppendVersions = (items, entry) => items.pushRange(entry.versions);
const latestVersion: AppendVersions = (items, entry) => items.push(entry.latest);

/** Lists of items that are right but for the items of some names. */
interface Origin {
  readonly items: readonly CatalogVersion[] | undefined;
  readonly latest: readonly CatalogVersion[] | undefined;
}

/** Lists that differ at more than this part of the names are laid out anew. */
const MAX_PATCHED = 1 / 8;

/**
 * Entries, each name once, ordered by `compareEntryNames`, and the lists of items over them, which are laid out when they
 * are first asked for. Immutable.
 */
export class EntryList {
  #items: readonly CatalogVersion[] | undefined;
  #latest: readonly CatalogVersion[] | undefined;
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

  /** Lays out both lists before anybody asks for them, unless they can be had of the list that this one comes from. */
  *layOutAhead(): Steps<void> {
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
    return new EntryList(entries).#startFrom({ items: this.#items, latest: this.#latest }, names);
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

function* layOut(
  entries: readonly CatalogEntry[],
  appendVersions: AppendVersions,
  known: readonly CatalogVersion[] | undefined,
  changedNames: readonly string[],
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
