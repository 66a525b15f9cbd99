import type { EntryKind } from '../model/entry-kind.js';
import type { CatalogVersion } from './catalog-entry.js';
import type { ItemArena, ItemBytes } from './item-arena.js';
import { documentBytes, renderItem } from './rendered-item.js';

/** A version before its bytes have been written: its document is a text. */
export interface VersionDraft extends Omit<CatalogVersion, keyof ItemBytes | 'isLatest'> {
  readonly document: string;
}

function isDraft(part: CatalogVersion | VersionDraft): part is VersionDraft {
  return 'document' in part;
}

// The one place where versions are made, with their members in one order, so that all have one hidden class.
function createVersion(
  from: Omit<CatalogVersion, keyof ItemBytes | 'isLatest'>,
  isLatest: boolean,
  { slab, start, end }: ItemBytes,
): CatalogVersion {
  const { id, name, namespace, version, ordinal, status, times, searchText, facets } = from;
  return { id, name, namespace, version, ordinal, status, times, isLatest, searchText, facets, slab, start, end };
}

/**
 * Gives a version its bytes in the arena. A version that has them, and whose envelope stays as it is, is returned as it is.
 */
export function placeVersion(
  arena: ItemArena,
  kind: EntryKind,
  part: CatalogVersion | VersionDraft,
  isLatest: boolean,
): CatalogVersion {
  const { status, times } = part;
  if (isDraft(part)) {
    return createVersion(part, isLatest, renderItem(arena, kind, part.document, { status, times, isLatest }));
  }
  if (part.isLatest === isLatest) return part;
  if (kind !== 'server') return createVersion(part, isLatest, part);
  const document = documentBytes(kind, part, part);
  return createVersion(part, isLatest, renderItem(arena, kind, document, { status, times, isLatest }));
}

/** The same version, its bytes copied into the arena. */
export function copyVersion(arena: ItemArena, version: CatalogVersion): CatalogVersion {
  return createVersion(version, version.isLatest, arena.write([version]));
}
