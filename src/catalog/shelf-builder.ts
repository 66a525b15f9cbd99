import { compareCodePoints } from '../common/code-point-order.js';
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
import { ItemArena } from './item-arena.js';
import { RowReader } from './row-reader.js';
import { Shelf, type SourceShelves } from './shelf.js';
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

  /** The shelves at that revision of the source. */
  finish(revision: number): SourceShelves {
    this.#completeEntry();
    const shelves = { ...this.base.shelves };
    for (const kind of ENTRY_KINDS) shelves[kind] = this.#nextShelf(kind);
    const heldBytes = this.base.heldBytes + this.#arena.allocatedBytes;
    return withoutWaste({ revision, shelves, heldBytes });
  }

  #completeEntry(): void {
    const rows = this.#pending;
    const [first] = rows;
    if (!first) return;
    this.#pending = [];
    const { kind } = first;
    const known = findEntry(this.base.shelves[kind].entries, first);
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

  #nextShelf(kind: EntryKind): Shelf {
    const base = this.base.shelves[kind];
    const changed = this.#changed[kind].toSorted(compareEntryNames);
    const entries: CatalogEntry[] = [];
    let next = 0;
    let isSame = changed.length === 0;
    for (const entry of base.entries) {
      for (; precedes(changed[next], entry); next++) entries.push(changed[next] as CatalogEntry);
      const replacement = changed[next];
      if (replacement && compareEntryNames(replacement, entry) === 0) continue;
      const left = this.#withoutRemoved(kind, entry);
      isSame &&= left === entry;
      if (left) entries.push(left);
    }
    entries.push(...changed.slice(next));
    return isSame ? base : new Shelf(entries);
  }

  #withoutRemoved(kind: EntryKind, entry: CatalogEntry): CatalogEntry | undefined {
    if (entry.versions.every(({ id }) => this.#isLeft(id))) return entry;
    const left = entry.versions.filter(({ id }) => this.#isLeft(id));
    return left.length === 0 ? undefined : this.#assemble(kind, entry, entry.claims, left);
  }
}

function precedes(candidate: CatalogEntry | undefined, entry: CatalogEntry): boolean {
  return candidate !== undefined && compareEntryNames(candidate, entry) < 0;
}
