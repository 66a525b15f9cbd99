import { ENTRY_KINDS } from '../model/entry-kind.js';
import { createEntry, type CatalogEntry } from './catalog-entry.js';
import { EntryList } from './entry-list.js';
import { ItemArena } from './item-arena.js';
import { Shelf, type SourceShelves } from './shelf.js';
import { copyVersion } from './version-draft.js';

/** Slabs may hold this much more than twice what is live. */
const TOLERATED_WASTE_BYTES = 1024 * 1024;

/** The bytes of all items, and of all slabs that they stand in. */
function measure({ shelves }: SourceShelves): { liveBytes: number; heldBytes: number } {
  const slabs = new Set<Buffer>();
  let liveBytes = 0;
  for (const kind of ENTRY_KINDS) {
    for (const { versions } of shelves[kind].list.entries) {
      for (const { slab, start, end } of versions) {
        slabs.add(slab);
        liveBytes += end + 1 - start;
      }
    }
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
function compact(source: SourceShelves, tolerableBytes: number): SourceShelves {
  const arena = new ItemArena();
  const shelves = { ...source.shelves };
  for (const kind of ENTRY_KINDS) {
    const { list, claimSets } = shelves[kind];
    shelves[kind] = Shelf.of(new EntryList(list.entries.map((entry) => copyEntry(arena, entry))), claimSets);
  }
  return { revision: source.revision, shelves, heldBytes: arena.allocatedBytes, tolerableBytes };
}

/**
 * Copies the items together when the slabs hold more than twice what is live. A slab is freed only when its last item has
 * gone, so under a steady trickle of changes old slabs would add up.
 */
export function withoutWaste(source: SourceShelves): SourceShelves {
  if (source.heldBytes <= source.tolerableBytes) return source;
  const { liveBytes, heldBytes } = measure(source);
  const tolerableBytes = 2 * liveBytes + TOLERATED_WASTE_BYTES;
  return heldBytes <= tolerableBytes ? { ...source, heldBytes, tolerableBytes } : compact(source, tolerableBytes);
}
