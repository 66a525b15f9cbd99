import { compareCodePoints } from '../common/code-point-order.js';
import { compareVersions } from '../documents/version-order.js';
import type { EntryKind } from '../model/entry-kind.js';
import type { CatalogEntry, CatalogVersion } from './catalog-entry.js';

/** Newest first; of versions that were published together the greater one (consumer spec B7). */
function compareNewestFirst(a: CatalogVersion, b: CatalogVersion): number {
  return (
    b.times.publishedAt - a.times.publishedAt ||
    compareVersions(b.version, a.version) ||
    compareCodePoints(b.version, a.version)
  );
}

/** All versions of an entry as its `versions` route lists them: servers newest first, skills and plugins as in lists. */
export function versionsInOrder(kind: EntryKind, entry: CatalogEntry): readonly CatalogVersion[] {
  return kind === 'server' ? entry.versions.toSorted(compareNewestFirst) : entry.versions;
}
