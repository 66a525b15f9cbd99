import { describe, expect, it } from 'vitest';
import { newVersionRow, shelvesOf } from '../../test/harness/catalog-rows.js';
import type { Visibility } from '../auth/visibility.js';
import type { TokenClaims } from '../claims/claims.js';
import type { ListQuery } from './list-query.js';
import { PageCache } from './page-cache.js';
import { createSnapshot, EMPTY_SNAPSHOT, type Snapshot } from './snapshot.js';
import { ViewCache } from './view-cache.js';

const EVERYTHING: Visibility = { everything: true };
const ALL: ListQuery = { limit: 100, position: undefined, filter: {}, withTotal: false, parameters: {} };

const seenBy = (claims: TokenClaims, unclaimed = false): Visibility => ({ everything: false, claims, unclaimed });

const shelves = () =>
  shelvesOf([
    newVersionRow({ name: 'a', claims: { team: 'a' } }),
    newVersionRow({ name: 'b', claims: { team: 'b' } }),
    newVersionRow({ name: 'free' }),
  ]);

function snapshotOf(sources: ReturnType<typeof shelves>[], previous: Snapshot = EMPTY_SNAPSHOT): Snapshot {
  const row = { access: 'private' as const, claims: null };
  return createSnapshot(
    new Map(sources.entries()),
    [
      { ...row, name: 'r', sourceIds: [0, 1] },
      { ...row, name: 'same', sourceIds: [0, 1] },
      { ...row, name: 'reversed', sourceIds: [1, 0] },
    ],
    previous,
  );
}

const stackOf = (snapshot: Snapshot, name = 'r') => snapshot.registries.get(name)!.stacks.server;

describe('ViewCache', () => {
  it('shares one view between callers that see the same', () => {
    const views = new ViewCache(new PageCache(1_000_000));
    const stack = stackOf(snapshotOf([shelves(), shelvesOf([])]));

    const first = views.get('server', stack, seenBy({ team: 'a', sub: 'one' }));
    const second = views.get('server', stack, seenBy({ team: ['a', 'c'], sub: 'two' }));

    expect(second).toBe(first);
    expect(first.entries.map(({ name }) => name)).toEqual(['a']);
  });

  it('keeps callers apart that do not', () => {
    const views = new ViewCache(new PageCache(1_000_000));
    const stack = stackOf(snapshotOf([shelves(), shelvesOf([])]));
    const claims = { team: 'a' };

    const seen = [seenBy(claims), seenBy(claims, true), seenBy({ team: 'b' }), seenBy({}, true), EVERYTHING].map(
      (visibility) => views.get('server', stack, visibility),
    );

    expect(seen.map(({ entries }) => entries.map(({ name }) => name))).toEqual([
      ['a'],
      ['a', 'free'],
      ['b'],
      ['free'],
      ['a', 'b', 'free'],
    ]);
    expect(new Set(seen.map(({ generation }) => generation)).size).toBe(5);
  });

  it('gives a caller whose claims cover everything the view of everything', () => {
    const views = new ViewCache(new PageCache(1_000_000));
    const stack = stackOf(snapshotOf([shelves(), shelvesOf([])]));

    expect(views.get('server', stack, seenBy({ team: ['a', 'b'] }, true))).toBe(views.get('server', stack, EVERYTHING));
  });

  it('keeps callers apart also where there are very many claim sets', () => {
    const names = Array.from({ length: 200 }, (_, index) => `n${1000 + index}`);
    const source = shelvesOf(names.map((name) => newVersionRow({ name, claims: { team: name } })));
    const stack = stackOf(snapshotOf([source, shelvesOf([])]));
    const views = new ViewCache(new PageCache(1_000_000));

    const seen = names.map((name) => views.get('server', stack, seenBy({ team: name })).entries);

    expect(seen.map((entries) => entries.map(({ name }) => name))).toEqual(names.map((name) => [name]));
  });

  it('shares one view between registries with the same sources in the same order', () => {
    const views = new ViewCache(new PageCache(1_000_000));
    const snapshot = snapshotOf([shelves(), shelves()]);

    const view = views.get('server', stackOf(snapshot), EVERYTHING);

    expect(views.get('server', stackOf(snapshot, 'same'), EVERYTHING)).toBe(view);
    expect(views.get('server', stackOf(snapshot, 'reversed'), EVERYTHING)).not.toBe(view);
  });

  it('keeps a view, and its answers, while nothing changes', () => {
    const views = new ViewCache(new PageCache(1_000_000));
    const sources = [shelves(), shelvesOf([])];
    const before = snapshotOf(sources);
    const view = views.get('server', stackOf(before), EVERYTHING);
    const answer = view.list(ALL);

    const after = snapshotOf(sources, before);
    views.retain(after.stacks);

    expect(views.get('server', stackOf(after), EVERYTHING)).toBe(view);
    expect(view.list(ALL)).toBe(answer);
  });

  it('gives another view, with other answers, when a claim set or an entry changes', () => {
    const views = new ViewCache(new PageCache(1_000_000));
    const before = snapshotOf([shelves(), shelvesOf([])]);
    const visibility = seenBy({ team: 'a' });
    const first = views.get('server', stackOf(before), visibility);
    const etag = first.list(ALL).body.etags.identity;

    const after = snapshotOf([shelvesOf([newVersionRow({ name: 'a', claims: { team: 'b' } })]), shelvesOf([])], before);
    views.retain(after.stacks);
    const second = views.get('server', stackOf(after), visibility);

    expect(second).not.toBe(first);
    expect(second.entries).toEqual([]);
    expect(second.list(ALL).body.etags.identity).not.toBe(etag);
  });
});
