import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newVersionRow, shelvesOf } from '../../test/harness/catalog-rows.js';
import { atOnce } from '../common/in-slices.js';
import { compareEntryNames, type CatalogEntry } from './catalog-entry.js';
import { EntryList } from './entry-list.js';
import { SearchBlocks } from './search-blocks.js';
import { searchWords } from './search-text.js';

const { entries: FEW } = shelvesOf([
  newVersionRow({
    name: 'io.example/alpha',
    title: 'First Letter',
    description: 'Postgres DATABASE helper 100%',
    facets: { tags: ['database', 'sql'] },
  }),
  newVersionRow({ name: 'io.example/beta_2', description: 'Helper for the file system' }),
  newVersionRow({ name: 'io.example/gamma', title: 'Zweiter Büchstabe' }),
  newVersionRow({ name: 'io.example/plain', title: 'back\\slash' }),
]).shelves.server.list;

/** Texts so long that a block holds a few of them. */
const LONG = ' filler'.repeat(2000);

/** An entry whose versions have these titles. */
function newEntry(name: string, namespace: string, titles: readonly string[]): CatalogEntry {
  const rows = titles.map((title, ordinal) =>
    newVersionRow({ entryId: 1, name, namespace, version: `${ordinal}.0.0`, ordinal, title, description: LONG }),
  );
  return shelvesOf(rows).shelves.server.list.entries[0]!;
}

const title = fc.constantFrom('red', 'green', 'red green', 'blue');
const entry = fc.record({
  name: fc.integer({ min: 10, max: 60 }).map((number) => `n${number}`),
  namespace: fc.constantFrom('x', 'y'),
  titles: fc.array(title, { minLength: 1, maxLength: 3 }),
});
const entries = fc
  .uniqueArray(entry, { selector: ({ name, namespace }) => `${name} ${namespace}`, maxLength: 40 })
  .map((list) => list.map((one) => newEntry(one.name, one.namespace, one.titles)).toSorted(compareEntryNames));
const search = fc.constantFrom('red', 'green red', 'n1', 'n10', 'blue filler', 'absent', '', 'n20 red');

const found = (blocks: SearchBlocks, text: string) => blocks.find(searchWords(text));

/** The rule, said as simply as it can be. */
function expected(list: readonly CatalogEntry[], text: string) {
  const words = searchWords(text);
  return new EntryList(list).items.filter(({ searchText }) => words.every((word) => searchText.includes(word)));
}

describe('SearchBlocks', () => {
  it.each([
    ['a part of the name, in any case', 'ALPH', ['alpha']],
    ['a part of the title', 'first letter', ['alpha']],
    ['a part of the description', 'postgres database', ['alpha']],
    ['text beyond ASCII', 'BÜCH', ['gamma']],
    ['a tag', 'sql', ['alpha']],
    ['several words in any order and place', 'helper  DATABASE', ['alpha']],
    ['several words, of which one does not occur', 'helper nothing', []],
    ['one word with a blank before it, literally', ' alpha', []],
    ['one word with a blank behind it, literally', 'helper ', ['alpha', 'beta_2']],
    ['a per cent sign', '%', ['alpha']],
    ['an underscore', '_', ['beta_2']],
    ['a backslash', '\\', ['plain']],
    ['a text that reaches over two fields', 'alphafirst', []],
    ['a text that reaches over two entries', '100%io.example', []],
    ['everything for an empty text', '', ['alpha', 'beta_2', 'gamma', 'plain']],
  ])('finds %s', (_, text, names) => {
    const blocks = atOnce(SearchBlocks.of(FEW));

    expect(found(blocks, text).map(({ name }) => name.slice('io.example/'.length))).toEqual(names);
  });

  it('finds the items that hold all words, in list order', () => {
    fc.assert(
      fc.property(entries, search, (list, text) => {
        expect(found(atOnce(SearchBlocks.of(list)), text)).toEqual(expected(list, text));
      }),
    );
  });

  it('finds the same when it was derived from the blocks of another list', () => {
    const change = fc.record({ removed: fc.infiniteStream(fc.boolean()), added: entries });
    fc.assert(
      fc.property(entries, fc.array(change, { maxLength: 4 }), search, (first, changes, text) => {
        let list = first;
        let blocks = atOnce(SearchBlocks.of(list));
        for (const { removed, added } of changes) {
          const gone = list.filter(() => removed.next().value);
          const isNew = ({ name, namespace }: CatalogEntry): boolean =>
            !list.some((other) => other.name === name && other.namespace === namespace);
          const arrived = added.filter(isNew).slice(0, 5);
          list = [...list.filter((one) => !gone.includes(one)), ...arrived].toSorted(compareEntryNames);
          const names = [...new Set([...gone, ...arrived].map(({ name }) => name))].toSorted();
          blocks = atOnce(blocks.derive(list, names));
        }

        expect(found(blocks, text)).toEqual(expected(list, text));
      }),
      { numRuns: 200 },
    );
  });

  it('looks for a word that is repeated very often once', () => {
    const many = Array.from({ length: 1000 }, (_, index) => newVersionRow({ name: `n${1000 + index}`, title: 'a' }));
    const blocks = atOnce(SearchBlocks.of(shelvesOf(many).shelves.server.list.entries));
    const startedAt = performance.now();

    expect(found(blocks, Array.from({ length: 20_000 }, () => 'a').join(' '))).toHaveLength(1000);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
