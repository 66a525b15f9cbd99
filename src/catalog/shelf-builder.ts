import { compareCodePoints } from '../common/code-point-order.js';
import { withStops, type Steps } from '../common/in-slices.js';
import { latestIndex } from '../documents/version-order.js';
import { ENTRY_KINDS, type EntryKind } from '../model/entry-kind.js';
import {
  compareEntryNames,
  createEntry,
  findEntry,
  type CatalogEntry,
  type CatalogVersion,
  type ClaimSet,
  type EntryName,
} from './catalog-entry.js';
import { mergeEntries } from './entry-list.js';
import { ItemArena } from './item-arena.js';
import { RowReader } from './row-reader.js';
import { distinctClaimSets, Shelf, type SourceShelves } from './shelf.js';
import { withoutWaste } from './shelf-compaction.js';
import { placeVersion, type VersionDraft } from './version-draft.js';
import type { VersionRow } from './version-row.js';

/**
 * Makes the next shelves of a source out of the present ones, the rows that changed since, and the ids that are left.
 * Whatever did not change is taken over as it is: entries, and whole shelves of a kind.
 */
export class ShelfBuilder {
  readonly #arena = new ItemArena();
  readonly #rows = new RowReader();
  readonly #changed: Record<EntryKind, CatalogEntry[]> = { server: [], skill: [], plugin: [] };
  #pending: VersionRow[] = [];

  /**
   * @param base - what is known of the source
   * @param remainingIds - ids of all versions that the source has now; undefined when none was removed since `base`
   */
  constructor(
    private readonly base: SourceShelves,
    private readonly remainingIds?: ReadonlySet<number>,
  ) {}

  /** Takes changed rows; the rows of one entry must follow one another. */
  add(rows: Iterable<VersionRow>): void {
    for (const row of rows) {
      const [first] = this.#pending;
      if (first && first.entryId !== row.entryId) this.#completeEntry();
      this.#pending.push(row);
    }
  }

  /** The shelves at that revision of the source, their lists laid out. */
  *finish(revision: number): Steps<SourceShelves> {
    this.#completeEntry();
    const shelves = { ...this.base.shelves };
    for (const kind of ENTRY_KINDS) shelves[kind] = yield* this.#nextShelf(kind);
    const heldBytes = this.base.heldBytes + this.#arena.allocatedBytes;
    const next = yield* withoutWaste({ revision, shelves, heldBytes, tolerableBytes: this.base.tolerableBytes });
    for (const kind of ENTRY_KINDS) yield* next.shelves[kind].list.layOutAhead();
    return next;
  }

  #completeEntry(): void {
    const rows = this.#pending;
    const [first] = rows;
    if (!first) return;
    this.#pending = [];
    const { kind } = first;
    const known = findEntry(this.base.shelves[kind].list.entries, first);
    const replaced = new Set(rows.map((row) => row.id));
    const kept = (known?.versions ?? []).filter(({ id }) => this.#isLeft(id) && !replaced.has(id));
    const drafts = rows.map((row) => this.#rows.draft(row));
    this.#changed[kind].push(this.#assemble(kind, first, this.#rows.claims(first), [...kept, ...drafts]));
  }

  #isLeft(id: number): boolean {
    return this.remainingIds === undefined || this.remainingIds.has(id);
  }

  #assemble(
    kind: EntryKind,
    { name, namespace }: EntryName,
    claims: ClaimSet,
    parts: readonly (CatalogVersion | VersionDraft)[],
  ): CatalogEntry {
    const stored = parts.toSorted((a, b) => a.ordinal - b.ordinal);
    const latest = stored[latestIndex(stored.map(({ version }) => version))];
    const byVersion = stored.toSorted((a, b) => compareCodePoints(a.version, b.version));
    const versions = byVersion.map((part) => placeVersion(this.#arena, kind, part, part === latest));
    return createEntry({ name, namespace }, claims, versions);
  }

  *#nextShelf(kind: EntryKind): Steps<Shelf> {
    const base = this.base.shelves[kind];
    const { shrunk, gone } = yield* this.#findRemovals(kind);
    const added = [...this.#changed[kind], ...shrunk].toSorted(compareEntryNames);
    if (added.length + gone.size === 0) return base;
    const present = gone.size === 0 ? base.list.entries : base.list.entries.filter((entry) => !gone.has(entry));
    const { entries, names, displaced } = yield* mergeEntries(present, added, true);
    const goneNames = [...gone].map(({ name }) => name);
    const changedNames = gone.size === 0 ? names : [...new Set([...names, ...goneNames])].toSorted(compareCodePoints);
    return Shelf.of(
      base.list.derive(entries, changedNames),
      claimSetsAfter(base.claimSets, added, [...displaced, ...gone]),
    );
  }

  /** Entries that did not change otherwise but lost some or all of their versions. */
  *#findRemovals(kind: EntryKind): Steps<{ shrunk: readonly CatalogEntry[]; gone: ReadonlySet<CatalogEntry> }> {
    const shrunk: CatalogEntry[] = [];
    const gone = new Set<CatalogEntry>();
    if (this.remainingIds === undefined) return { shrunk, gone };
    const changed = new Set(this.#changed[kind].map(nameKey));
    yield* withStops(this.base.shelves[kind].list.entries, (entry) => {
      if (entry.versions.every(({ id }) => this.#isLeft(id)) || changed.has(nameKey(entry))) return;
      const left = entry.versions.filter(({ id }) => this.#isLeft(id));
      if (left.length === 0) gone.add(entry);
      else shrunk.push(this.#assemble(kind, entry, entry.claims, left));
    });
    return { shrunk, gone };
  }
}

function nameKey({ namespace, name }: EntryName): string {
  return JSON.stringify([namespace, name]);
}

/** The claim sets after a change, without looking at every entry where that is possible. */
function claimSetsAfter(
  known: readonly ClaimSet[],
  added: readonly CatalogEntry[],
  removed: readonly CatalogEntry[],
): readonly ClaimSet[] | undefined {
  const stay = new Set(added.map(({ claims }) => claims.key));
  return removed.every(({ claims }) => stay.has(claims.key)) ? distinctClaimSets(added, known) : undefined;
}
