import { ENTRY_KINDS, type EntryKind } from '../model/entry-kind.js';
import type { PageCacheUsage } from './page-cache.js';
import type { Shelf } from './shelf.js';
import type { Snapshot } from './snapshot.js';

/** What of one kind the sources hold together. */
export interface KindCounts {
  readonly kind: EntryKind;
  /** Names; one that several sources have counts as often. */
  readonly entries: number;
  readonly versions: number;
}

/** How much the catalogue holds and how current it is. */
export interface CatalogStats {
  readonly counts: readonly KindCounts[];
  /** Upper bound of the bytes of all documents that are held. */
  readonly bytes: number;
  /** Since the last time it had everything; undefined before the first load. Grows while nothing changes. */
  readonly ageMs: number | undefined;
  /** For how long changes may have been missed: 0 while it hears of them and could load the last. */
  readonly lagMs: number;
  readonly pages: PageCacheUsage;
}

/** What is known of how current the catalogue is; times on the clock of `performance`. */
export interface Currency {
  readonly caughtUpAt: number | undefined;
  readonly behindSince: number | undefined;
  readonly deafMs: number;
}

const versionCounts = new WeakMap<Shelf, number>();

// Shelves are immutable, and the list of all items may not have been laid out, which would cost memory.
function versionsOf(shelf: Shelf): number {
  let count = versionCounts.get(shelf);
  if (count === undefined) {
    count = shelf.list.entries.reduce((sum, { versions }) => sum + versions.length, 0);
    versionCounts.set(shelf, count);
  }
  return count;
}

function countsOf({ sources }: Snapshot, kind: EntryKind): KindCounts {
  let entries = 0;
  let versions = 0;
  for (const { shelves } of sources.values()) {
    entries += shelves[kind].list.entries.length;
    versions += versionsOf(shelves[kind]);
  }
  return { kind, entries, versions };
}

/** Counts a snapshot. */
export function catalogStats(snapshot: Snapshot, pages: PageCacheUsage, currency: Currency): CatalogStats {
  const now = performance.now();
  const { caughtUpAt, behindSince, deafMs } = currency;
  const ageMs = caughtUpAt === undefined ? undefined : now - caughtUpAt;
  // While nothing can be heard the database is polled: each success brings the catalogue up to date again.
  const unheardMs = Math.min(deafMs, ageMs ?? Infinity);
  const behindMs = behindSince === undefined ? 0 : now - behindSince;
  return {
    counts: ENTRY_KINDS.map((kind) => countsOf(snapshot, kind)),
    bytes: [...snapshot.sources.values()].reduce((sum, { heldBytes }) => sum + heldBytes, 0),
    ageMs,
    lagMs: Math.max(unheardMs, behindMs),
    pages,
  };
}
