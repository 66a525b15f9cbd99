import { ENTRY_KINDS } from '../model/entry-kind.js';
import { createEntry, type CatalogEntry, type CatalogVersion } from './catalog-entry.js';
import { ItemArena } from './item-arena.js';
import { Shelf, type SourceShelves } from './shelf.js';
import { copyVersion } from './version-draft.js';

/** Slabs may hold this much more than twice what is live. */
const TOLERATED_WASTE_BYTES = 1024 * 1024;

function* versionsOf({ shelves }: SourceShelves): Generator<CatalogVersion> {
  for (const kind of ENTRY_KINDS) {
    for (const entry of shelves[kind].entries) yield* entry.versions;
  }
}

function liveBytes(source: SourceShelves): number {
  let bytes = 0;
  for (const { start, end } of versionsOf(source)) bytes += end + 1 - start;
  return bytes;
}

function heldBytes(source: SourceShelves): number {
  const slabs = new Set<Buffer>();
  for (const { slab } of versionsOf(source)) slabs.add(slab);
  let bytes = 0;
  for (const slab of slabs) bytes += slab.length;
  return bytes;
}

function copyEntry(arena: ItemArena, entry: CatalogEntry): CatalogEntry {
  return createEntry(
    entry,
    entry.claims,
    entry.versions.map((version) => copyVersion(arena, version)),
  );
}

/** The same shelves with all items in slabs of their own. */
function compact(source: SourceShelves): SourceShelves {
  const arena = new ItemArena();
  const shelves = { ...source.shelves };
  for (const kind of ENTRY_KINDS) {
    shelves[kind] = new Shelf(shelves[kind].entries.map((entry) => copyEntry(arena, entry)));
  }
  return { revision: source.revision, shelves, heldBytes: arena.allocatedBytes };
}

/**
 * Copies the items together when the slabs hold more than twice what is live. A slab is freed only when its last item has
 * gone, so under a steady trickle of changes old slabs would add up.
 */
export function withoutWaste(source: SourceShelves): SourceShelves {
  if (source.heldBytes <= TOLERATED_WASTE_BYTES) return source;
  const tolerated = 2 * liveBytes(source) + TOLERATED_WASTE_BYTES;
  if (source.heldBytes <= tolerated) return source;
  const exactly = heldBytes(source);
  return exactly <= tolerated ? { ...source, heldBytes: exactly } : compact(source);
}
