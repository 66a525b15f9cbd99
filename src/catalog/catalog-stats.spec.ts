import { describe, expect, it } from 'vitest';
import { newVersionRow, shelvesOf } from '../../test/harness/catalog-rows.js';
import { catalogStats, type Currency } from './catalog-stats.js';
import { createSnapshot, EMPTY_SNAPSHOT } from './snapshot.js';

const PAGES = { hits: 1, misses: 2, bytes: 3 };
const statsOf = (currency: Partial<Currency>, snapshot = EMPTY_SNAPSHOT) =>
  catalogStats(snapshot, PAGES, { caughtUpAt: undefined, behindSince: undefined, deafMs: 0, ...currency });

describe('catalogStats', () => {
  it('counts entries and versions of all sources by kind', () => {
    const shelves = shelvesOf([
      newVersionRow({ name: 'a', version: '1.0.0', entryId: 1_000_001 }),
      newVersionRow({ name: 'a', version: '2.0.0', ordinal: 2, entryId: 1_000_001 }),
      newVersionRow({ name: 'b' }),
    ]);
    const snapshot = createSnapshot(new Map([[1, shelves]]), [], EMPTY_SNAPSHOT);

    expect(statsOf({}, snapshot)).toMatchObject({
      counts: [
        { kind: 'server', entries: 2, versions: 3 },
        { kind: 'skill', entries: 0, versions: 0 },
        { kind: 'plugin', entries: 0, versions: 0 },
      ],
      bytes: shelves.heldBytes,
      pages: PAGES,
    });
    expect(shelves.heldBytes).toBeGreaterThan(0);
  });

  it.each([
    ['hearing, long after the last change', { caughtUpAt: 60_000, deafMs: 0 }, 0],
    ['deaf, but polled a second ago', { caughtUpAt: 1_000, deafMs: 30_000 }, 1_000],
    ['deaf for a moment, long after the last change', { caughtUpAt: 60_000, deafMs: 500 }, 500],
    ['hearing, but unable to load', { caughtUpAt: 60_000, behindSince: 20_000, deafMs: 0 }, 20_000],
    ['deaf and not yet loaded', { deafMs: 5_000 }, 5_000],
  ] as [string, { caughtUpAt?: number; behindSince?: number; deafMs: number }, number][])(
    'says how long changes may have been missed: %s',
    (_case, { caughtUpAt, behindSince, deafMs }, lagMs) => {
      const ago = (ms: number | undefined) => (ms === undefined ? undefined : performance.now() - ms);

      const stats = statsOf({ caughtUpAt: ago(caughtUpAt), behindSince: ago(behindSince), deafMs });

      expect(Math.abs(stats.lagMs - lagMs)).toBeLessThan(50);
      expect(stats.ageMs === undefined).toBe(caughtUpAt === undefined);
    },
  );
});
