import { describe, expect, it } from 'vitest';
import { newVersionRow, shelvesOf } from '../../test/harness/catalog-rows.js';
import { filterItems, type ItemFilter } from './item-filter.js';

const NOON = Date.parse('2026-01-01T12:00:00Z') * 1000;
const { items } = shelvesOf([
  newVersionRow({
    name: 'io.example/alpha',
    title: 'First Letter',
    description: 'Postgres DATABASE helper 100%',
    facets: { tags: ['database', 'sql'], transports: ['stdio'], registryTypes: ['oci'], kinds: ['package'] },
  }),
  newVersionRow({
    name: 'io.example/beta_2',
    description: 'Helper for the file system',
    facets: {
      tags: ['files'],
      transports: ['stdio', 'sse'],
      registryTypes: ['npm', 'oci'],
      kinds: ['package', 'remote'],
    },
    updatedAt: NOON + 1,
  }),
  newVersionRow({
    name: 'io.example/gamma',
    version: '2.0.0',
    title: 'Zweiter Büchstabe',
    facets: { tags: ['database'], transports: ['streamable-http'], registryTypes: [], kinds: ['remote'] },
  }),
  newVersionRow({ name: 'io.example/plain', title: 'back\\slash', facets: { status: 'DEPRECATED' } }),
]).shelves.server.list;

const found = (filter: ItemFilter): string[] => filterItems(items, filter).map(({ name }) => name.slice(11));

describe('filterItems', () => {
  it.each<[string, ItemFilter, string[]]>([
    ['everything without a condition', {}, ['alpha', 'beta_2', 'gamma', 'plain']],
    ['an exact version', { version: '2.0.0' }, ['gamma']],
    ['a version in part', { version: '2.0' }, []],
    ['what changed later', { updatedSince: NOON }, ['beta_2']],
    ['what changed later than a microsecond after', { updatedSince: NOON + 1 }, []],
    ['one tag', { tags: ['database'] }, ['alpha', 'gamma']],
    ['all of several tags', { tags: ['database', 'sql'] }, ['alpha']],
    ['a tag in part', { tags: ['data'] }, []],
    ['any of several transports', { transports: ['sse', 'streamable-http'] }, ['beta_2', 'gamma']],
    ['any of several registry types', { registryTypes: ['npm', 'pypi'] }, ['beta_2']],
    ['remotes', { kind: 'remote' }, ['beta_2', 'gamma']],
    ['packages', { kind: 'package' }, ['alpha', 'beta_2']],
    ['a status', { statuses: ['DEPRECATED'] }, ['plain']],
    ['several conditions together', { kind: 'remote', tags: ['files'] }, ['beta_2']],
    ['conditions that exclude each other', { tags: ['sql'], kind: 'remote' }, []],
  ])('keeps %s', (_, filter, expected) => {
    expect(found(filter)).toEqual(expected);
  });

  it('keeps the latest versions', () => {
    const rows = ['1.0.0', '2.0.0'].map((version, ordinal) => newVersionRow({ version, ordinal, entryId: 1 }));
    const { items: versions } = shelvesOf(rows).shelves.server.list;

    expect(filterItems(versions, { version: 'latest' }).map(({ version }) => version)).toEqual(['2.0.0']);
  });

  it('takes no longer for a condition that is repeated very often', () => {
    const often = (value: string) => Array.from({ length: 20_000 }, () => value);
    const many = Array.from({ length: 1000 }, (_, index) => newVersionRow({ name: `n${1000 + index}` }));
    const { items: list } = shelvesOf(many).shelves.server.list;
    const startedAt = performance.now();

    filterItems(list, { registryTypes: Array.from({ length: 20_000 }, (_, index) => `r${index}`), tags: often('x') });

    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
