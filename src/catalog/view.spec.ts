import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newVersionRow, shelvesOf } from '../../test/harness/catalog-rows.js';
import { includes, type Visibility } from '../auth/visibility.js';
import type { Claims } from '../claims/claims.js';
import { compareCodePoints } from '../common/code-point-order.js';
import { decodeCursor } from './cursor.js';
import type { ItemFilter } from './item-filter.js';
import type { ListQuery } from './list-query.js';
import type { CatalogAnswer, PageMetadata } from './page.js';
import { PageCache } from './page-cache.js';
import { createSnapshot, EMPTY_SNAPSHOT } from './snapshot.js';
import { ViewCache } from './view-cache.js';
import type { View } from './view.js';

interface ModelVersion {
  readonly version: string;
  readonly ordinal: number;
  readonly title: string;
}

interface ModelEntry {
  readonly name: string;
  readonly namespace: string;
  readonly claims: Claims | null;
  readonly versions: readonly ModelVersion[];
}

interface Item {
  readonly source: number;
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  readonly title: string;
}

type Source = readonly ModelEntry[];

const CLAIMS: readonly (Claims | null)[] = [null, {}, { team: 'a' }, { team: 'b' }, { team: ['a', 'b'] }, { org: [] }];
const TOKENS = [{}, { team: 'a' }, { team: ['b'] }, { team: ['a', 'b'], org: 'x' }, { org: 'x' }];

const version = fc.record({
  version: fc.constantFrom('1.0.0', '1.10.0', '1.9.0', '2,0', 'x~1'),
  title: fc.constantFrom('red', 'green', 'red green'),
});
const versions = fc
  .uniqueArray(version, { selector: (one) => one.version, minLength: 1, maxLength: 4 })
  .map((list) => list.map((one, ordinal) => ({ ...one, ordinal })));
const entry: fc.Arbitrary<ModelEntry> = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', '\u{ffff}', '\u{1f680}'),
  namespace: fc.constantFrom('x', 'y'),
  claims: fc.constantFrom(...CLAIMS),
  versions,
});
const source: fc.Arbitrary<Source> = fc.uniqueArray(entry, {
  selector: (e) => `${e.name} ${e.namespace}`,
  maxLength: 8,
});
const sources = fc.array(source, { minLength: 1, maxLength: 4 });
const visibility: fc.Arbitrary<Visibility> = fc.oneof(
  fc.constant<Visibility>({ everything: true }),
  fc.record({ everything: fc.constant(false as const), claims: fc.constantFrom(...TOKENS), unclaimed: fc.boolean() }),
);
/** Sources, which of them a registry lists in which order, and what a caller sees. */
const scenario = sources.chain((list) =>
  fc.record({
    list: fc.constant(list),
    order: fc.shuffledSubarray(list.map((_, index) => index)),
    visibility,
  }),
);

/** The rule of the specification, said as simply as it can be. */
function expectedItems(list: readonly Source[], order: readonly number[], seen: Visibility): Item[] {
  const items: Item[] = [];
  const taken = new Set<string>();
  for (const index of order) {
    for (const { name, namespace, claims, versions } of list[index]!) {
      const key = JSON.stringify([name, namespace]);
      if (taken.has(key) || !includes(seen, claims)) continue;
      taken.add(key);
      items.push(...versions.map((v) => ({ source: index, name, namespace, version: v.version, title: v.title })));
    }
  }
  return items.toSorted(
    (a, b) =>
      compareCodePoints(a.name, b.name) ||
      compareCodePoints(a.version, b.version) ||
      compareCodePoints(a.namespace, b.namespace),
  );
}

function viewOf(list: readonly Source[], order: readonly number[], seen: Visibility): View {
  const shelves = list.map((entries, index) =>
    shelvesOf(
      entries.flatMap(({ name, namespace, claims, versions }) => {
        const rows = versions.map((v) => {
          const document = JSON.stringify({ source: index, name, namespace, version: v.version, title: v.title });
          return newVersionRow({ ...v, kind: 'skill', name, namespace, claims, document });
        });
        return rows.map((row) => ({ ...row, entryId: rows[0]!.entryId }));
      }),
    ),
  );
  const registry = { name: 'r', access: 'private' as const, claims: null, sourceIds: order };
  const { registries } = createSnapshot(new Map(shelves.entries()), [registry], EMPTY_SNAPSHOT);
  return new ViewCache(new PageCache(1_000_000)).get('skill', registries.get('r')!.stacks.skill, seen);
}

function parsed(answer: CatalogAnswer): { items: Item[]; metadata: PageMetadata } {
  const body = JSON.parse(answer.body.bytes.toString()) as { skills: Item[]; metadata: PageMetadata };
  expect(answer.count).toBe(body.skills.length);
  expect(body.metadata.count).toBe(body.skills.length);
  return { items: body.skills, metadata: body.metadata };
}

/** A query of these filters, all of which are single texts. */
function newQuery(overrides: Partial<Omit<ListQuery, 'parameters'>> = {}): ListQuery {
  const query = { limit: 1000, position: undefined, filter: {}, withTotal: false, ...overrides };
  return { ...query, parameters: { ...(query.filter as object), ...(query.withTotal && { total: 'true' }) } };
}

function pageAt(view: View, query: ListQuery, cursor: string | undefined) {
  return parsed(view.list({ ...query, position: cursor === undefined ? undefined : decodeCursor(cursor).position }));
}

/** Follows the cursors to the end, and from there back to the beginning. */
function walk(view: View, query: ListQuery): { forth: Item[][]; back: Item[][] } {
  const forth: Item[][] = [];
  const back: Item[][] = [];
  let page = pageAt(view, query, undefined);
  forth.push(page.items);
  while (page.metadata.nextCursor !== undefined) {
    page = pageAt(view, query, page.metadata.nextCursor);
    forth.push(page.items);
  }
  back.unshift(page.items);
  while (page.metadata.prevCursor !== undefined) {
    page = pageAt(view, query, page.metadata.prevCursor);
    back.unshift(page.items);
  }
  return { forth, back };
}

describe('View', () => {
  it('lists exactly what the first visible source of each name provides, in order', () => {
    fc.assert(
      fc.property(scenario, ({ list, order, visibility }) => {
        const { items } = parsed(viewOf(list, order, visibility).list(newQuery()));

        expect(items).toEqual(expectedItems(list, order, visibility));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same items in pages of any size, forth and back, full ones all but the last', () => {
    fc.assert(
      fc.property(scenario, fc.integer({ min: 1, max: 7 }), ({ list, order, visibility }, limit) => {
        const expected = expectedItems(list, order, visibility);

        const { forth, back } = walk(viewOf(list, order, visibility), newQuery({ limit, withTotal: true }));

        expect(forth.flat()).toEqual(expected);
        expect(forth).toHaveLength(Math.max(Math.ceil(expected.length / limit), 1));
        expect(back.flat()).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('lets filters choose among the visible items, without changing who provides a name', () => {
    const filters: readonly [ItemFilter, (item: Item) => boolean][] = [
      [{ search: 'green' }, ({ title }) => title.includes('green')],
      [{ version: '1.9.0' }, (item) => item.version === '1.9.0'],
      [{ version: '1.0.0', search: 'red' }, (item) => item.version === '1.0.0' && item.title.includes('red')],
    ];
    fc.assert(
      fc.property(
        scenario,
        fc.constantFrom(...filters),
        fc.integer({ min: 1, max: 3 }),
        (world, [filter, holds], limit) => {
          const { list, order, visibility } = world;
          const expected = expectedItems(list, order, visibility).filter(holds);

          const view = viewOf(list, order, visibility);

          expect(walk(view, newQuery({ limit, filter })).forth.flat()).toEqual(expected);
          expect(parsed(view.list(newQuery({ limit: 1, filter, withTotal: true }))).metadata.total).toBe(
            expected.length,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('agrees with itself on versions, single versions and the latest', () => {
    fc.assert(
      fc.property(scenario, ({ list, order, visibility }) => {
        const expected = expectedItems(list, order, visibility);
        const view = viewOf(list, order, visibility);
        const latest = parsed(view.list(newQuery({ filter: { version: 'latest' } }))).items;

        for (const name of ['a', 'b', 'c', 'd', '\u{ffff}', '\u{1f680}']) {
          for (const namespace of ['x', 'y']) {
            const own = expected.filter((item) => item.name === name && item.namespace === namespace);
            if (own.length === 0) {
              expect(() => view.listVersions({ name, namespace })).toThrow('not found');
              expect(() => view.getVersion({ name, namespace }, 'latest')).toThrow('not found');
              continue;
            }
            expect(parsed(view.listVersions({ name, namespace })).items).toEqual(own);
            for (const item of own) {
              const single = view.getVersion({ name, namespace }, item.version).body.bytes.toString();
              expect(single).toBe(`${JSON.stringify(item)}\n`);
            }
            const listed = latest.filter((item) => item.name === name && item.namespace === namespace);
            const single: unknown = JSON.parse(view.getVersion({ name, namespace }, 'latest').body.bytes.toString());
            expect(listed).toEqual([single]);
          }
        }
        expect(latest).toHaveLength(new Set(expected.map((i) => JSON.stringify([i.name, i.namespace]))).size);
      }),
      { numRuns: 200 },
    );
  });

  it('continues a walk after the last item seen when items came and went meanwhile', () => {
    fc.assert(
      fc.property(source, source, fc.integer({ min: 1, max: 4 }), (before, after, limit) => {
        const everything: Visibility = { everything: true };
        const first = pageAt(viewOf([before], [0], everything), newQuery({ limit }), undefined);
        fc.pre(first.metadata.nextCursor !== undefined);

        const rest = pageAt(viewOf([after], [0], everything), newQuery(), first.metadata.nextCursor);

        const last = first.items.at(-1)!;
        const keyOf = (item: Item) => [item.name, item.version, item.namespace];
        const isBehind = (item: Item) => {
          const index = keyOf(item).findIndex((part, at) => part !== keyOf(last)[at]);
          return index >= 0 && compareCodePoints(keyOf(item)[index]!, keyOf(last)[index]!) > 0;
        };
        expect(rest.items).toEqual(expectedItems([after], [0], everything).filter(isBehind));
      }),
    );
  });
});

describe('pages at the edges', () => {
  const entries: Source = ['a', 'b', 'c'].map((name) => ({
    name,
    namespace: 'x',
    claims: null,
    versions: [{ version: '1.0.0', ordinal: 0, title: '' }],
  }));
  const view = viewOf([entries], [0], { everything: true });
  const position = (direction: 'after' | 'before', name: string) => ({
    direction,
    name,
    version: '1.0.0',
    namespace: 'x',
  });
  const namesOf = (items: readonly Item[]) => items.map(({ name }) => name);

  it('has no cursor on a page that ends exactly at the end', () => {
    expect(parsed(view.list(newQuery({ limit: 3 }))).metadata).toEqual({ count: 3 });
  });

  it('leads back from a page behind the last item', () => {
    const empty = parsed(view.list(newQuery({ limit: 2, position: position('after', 'c') })));

    const back = pageAt(view, newQuery({ limit: 2 }), empty.metadata.prevCursor);

    expect(empty.items).toEqual([]);
    expect(empty.metadata.nextCursor).toBeUndefined();
    expect(namesOf(back.items)).toEqual(['b', 'c']);
  });

  it('leads on from a page before the first item', () => {
    const empty = parsed(view.list(newQuery({ limit: 2, position: position('before', 'a') })));

    const on = pageAt(view, newQuery({ limit: 2 }), empty.metadata.nextCursor);

    expect(empty.items).toEqual([]);
    expect(empty.metadata.prevCursor).toBeUndefined();
    expect(namesOf(on.items)).toEqual(['a', 'b']);
  });

  it('gives an empty registry an empty page', () => {
    const body = viewOf([[]], [0], { everything: true }).list(newQuery()).body.bytes.toString();

    expect(body).toBe('{"skills":[],"metadata":{"count":0}}\n');
  });
});

describe('versions of a server', () => {
  it('come newest first, of those published together the greater one first', () => {
    const rows = [
      ['1.0.0', 3],
      ['1.10.0', 1],
      ['1.9.0', 1],
      ['2.0.0', 2],
      ['1.9.0+b', 1],
    ].map(([version, publishedAt], ordinal) =>
      newVersionRow({ version: `${version}`, publishedAt: Number(publishedAt), ordinal, entryId: 1 }),
    );
    const registry = { name: 'r', access: 'private' as const, claims: null, sourceIds: [1] };
    const { registries } = createSnapshot(new Map([[1, shelvesOf(rows)]]), [registry], EMPTY_SNAPSHOT);
    const views = new ViewCache(new PageCache(1_000_000));
    const view = views.get('server', registries.get('r')!.stacks.server, { everything: true });

    const answer = view.listVersions({ name: 'io.example/server', namespace: '' });

    const body = JSON.parse(answer.body.bytes.toString()) as { servers: { server: Item }[]; metadata: PageMetadata };
    expect(body.servers.map(({ server }) => server.version)).toEqual(['1.0.0', '2.0.0', '1.10.0', '1.9.0+b', '1.9.0']);
    expect(body.metadata).toEqual({ count: 5 });
  });
});
