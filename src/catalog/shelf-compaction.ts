import { withStops, type Steps } from '../common/in-slices.js';
import { ENTRY_KINDS } from '../model/entry-kind.js';
import { createEntry, type CatalogEntry } from './catalog-entry.js';
import { EntryList } from './entry-list.js';
import { ItemArena } from './item-arena.js';
import { Shelf, type SourceShelves } from './shelf.js';
import { copyVersion } from './version-draft.js';

/** Slabs may hold this much more than twice what is live. */
const TOLERATED_WASTE_BYTES = 1024 * 1024;

/** The bytes of all items, and of all slabs that they stand in. */
function* measure({ shelves }: SourceShelves): Steps<{ liveBytes: number; heldBytes: number }> {
  const slabs = new Set<Buffer>();
  let liveBytes = 0;
  for (const kind of ENTRY_KINDS) {
    yield* withStops(shelves[kind].list.entries, ({ versions }) => {
      for (const { slab, start, end } of versions) {
        slabs.add(slab);
        liveBytes += end + 1 - start;
      }
    });
  }
  let heldBytes = 0;
  for (const slab of slabs) heldBytes += slab.length;
  return { liveBytes, heldBytes };
}

function copyEntry(arena: ItemArena, entry: CatalogEntry): CatalogEntry {
  return createEntry(
    entry,
    entry.claims,
    entry.versions.map((version) => copyVersion(arena, version)),
  );
}

/** The same shelves with all items in slabs of their own. */
function* compact(source: SourceShelves, tolerableBytes: number): Steps<SourceShelves> {
  const arena = new ItemArena();
  const shelves = { ...source.shelves };
  for (const kind of ENTRY_KINDS) {
    const { list, claimSets } = shelves[kind];
    const entries: CatalogEntry[] = [];
    yield* withStops(list.entries, (entry) => entries.push(copyEntry(arena, entry)));
    shelves[kind] = Shelf.of(new EntryList(entries), claimSets);
  }
  return { revision: source.revision, shelves, heldBytes: arena.allocatedBytes, tolerableBytes };
}

/**
 * Copies the items together when the slabs hold more than twice what is live. A slab is freed only when its last item has
 * gone, so under a steady trickle of changes old slabs would add up.
 */
export function* withoutWaste(source: SourceShelves): Steps<SourceShelves> {
  if (source.heldBytes <= source.tolerableBytes) return source;
  const { liveBytes, heldBytes } = yield* measure(source);
  const tolerableBytes = 2 * liveBytes + TOLERATED_WASTE_BYTES;
  return heldBytes <= tolerableBytes
    ? { ...source, heldBytes, tolerableBytes }
    : yield* compact(source, tolerableBytes);
}
