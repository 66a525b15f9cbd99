import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newVersionRow, shelvesOf } from '../../test/harness/catalog-rows.js';
import { atOnce } from '../common/in-slices.js';
import { compareEntryNames, type CatalogEntry } from './catalog-entry.js';
import { EntryList, mergeEntries, mergeLists } from './entry-list.js';

/** An entry with these versions; the title tells entries of equal names apart. */
function newEntry(name: string, namespace: string, versions: readonly string[], title = ''): CatalogEntry {
  const rows = versions.map((version, ordinal) => newVersionRow({ name, namespace, version, ordinal, title }));
  const [entry] = shelvesOf(rows.map((row) => ({ ...row, entryId: 1 }))).shelves.server.list.entries;
  return entry!;
}

// So many that lists which differ at few names are patched and not laid out anew.
const PRESENT = Array.from({ length: 120 }, (_, index) =>
  newEntry(
    `n${100 + Math.floor(index / 2)}`,
    index % 2 === 0 ? 'x' : 'y',
    index % 3 === 0 ? ['1.0.0', '2.0.0'] : ['1.5.0'],
  ),
).toSorted(compareEntryNames);

const addition = fc.record({
  name: fc.integer({ min: 95, max: 165 }).map((number) => `n${number}`),
  namespace: fc.constantFrom('w', 'x', 'y', 'z'),
  versions: fc.uniqueArray(fc.constantFrom('0.9.0', '1.0.0', '1.5.0', '3.0.0'), { minLength: 1, maxLength: 3 }),
});
const additions = fc
  .uniqueArray(addition, { selector: ({ name, namespace }) => `${name} ${namespace}`, maxLength: 10 })
  .map((list) => list.map((a) => newEntry(a.name, a.namespace, a.versions, 'added')).toSorted(compareEntryNames));

const keyOf = ({ name, namespace }: CatalogEntry): string => `${name} ${namespace}`;

describe('mergeEntries', () => {
  it.each([true, false])('keeps every name once, the added entry where it wins (%s)', (addedWins) => {
    fc.assert(
      fc.property(additions, (added) => {
        const [winners, losers] = addedWins ? [added, PRESENT] : [PRESENT, added];
        const won = new Set(winners.map(keyOf));

        const { entries, names, displaced } = atOnce(mergeEntries(PRESENT, added, addedWins));

        const expected = [...winners, ...losers.filter((entry) => !won.has(keyOf(entry)))];
        expect(entries).toEqual(expected.toSorted(compareEntryNames));
        const arrived = entries.filter((entry) => added.includes(entry));
        expect(names).toEqual([...new Set(arrived.map(({ name }) => name))]);
        expect(displaced).toEqual(PRESENT.filter((entry) => !entries.includes(entry)));
      }),
    );
  });
});

describe('EntryList', () => {
  it('has the same items whether it was derived from another list or made by itself', () => {
    fc.assert(
      fc.property(fc.array(additions, { minLength: 1, maxLength: 4 }), fc.boolean(), (rounds, isLaidOut) => {
        let list = new EntryList(PRESENT);
        for (const added of rounds) {
          if (isLaidOut) expect(list.items.length).toBeGreaterThan(list.latest.length);
          const { entries, names } = atOnce(mergeEntries(list.entries, added, true));
          list = list.derive(entries, names);
        }

        expect(list.items).toEqual(new EntryList(list.entries).items);
        expect(list.latest).toEqual(new EntryList(list.entries).latest);
      }),
      { numRuns: 50 },
    );
  });

  it('follows names that are gone', () => {
    const list = new EntryList(PRESENT);
    expect(list.items[0]!.name).toBe('n100');

    const derived = list.derive(
      PRESENT.filter(({ name, namespace }) => name !== 'n100' && !(name === 'n159' && namespace === 'y')),
      ['n100', 'n159'],
    );

    expect(derived.items).toEqual(new EntryList(derived.entries).items);
  });

  it('keeps the items of names that did not change as they are', () => {
    const list = new EntryList(PRESENT);
    const { items } = list;
    const { entries, names } = atOnce(mergeEntries(PRESENT, [newEntry('n130', 'x', ['9.0.0'])], true));

    const derived = list.derive(entries, names);

    expect(derived.items.filter((item) => !items.includes(item)).map(({ name }) => name)).toEqual(['n130']);
  });
});

describe('EntryList.intersect', () => {
  it('gives those items that are in the list, in its order, few as well as many', () => {
    const list = new EntryList(PRESENT.filter(({ namespace }) => namespace === 'x'));
    const { items } = new EntryList(PRESENT);
    fc.assert(
      fc.property(
        fc.oneof(fc.shuffledSubarray([...items], { maxLength: 3 }), fc.shuffledSubarray([...items])),
        (some) => {
          const expected = list.items.filter((item) => some.includes(item));

          expect(list.intersect(some)).toEqual(expected);
        },
      ),
    );
  });

  it('leaves out an item of the same name and version that is not the same', () => {
    const list = new EntryList(PRESENT);
    const other = newEntry('n130', 'x', ['1.0.0', '2.0.0', '1.5.0']);

    expect(list.intersect(other.versions)).toEqual([]);
    expect(new EntryList([other]).intersect(list.items)).toEqual([]);
  });
});

describe('mergeLists', () => {
  it('takes the entry of the first list, whichever is the longer one', () => {
    fc.assert(
      fc.property(additions, fc.boolean(), (few, isFewFirst) => {
        const many = new EntryList(PRESENT);
        const [first, second] = isFewFirst ? [new EntryList(few), many] : [many, new EntryList(few)];
        const taken = new Set(first.entries.map(keyOf));

        const merged = mergeLists(first, second);

        const expected = [...first.entries, ...second.entries.filter((entry) => !taken.has(keyOf(entry)))];
        expect(merged.entries).toEqual(expected.toSorted(compareEntryNames));
        expect(merged.items).toEqual(new EntryList(merged.entries).items);
      }),
    );
  });

  it('gives the other list itself when one is empty', () => {
    const [full, empty] = [new EntryList(PRESENT), new EntryList([])];

    expect(mergeLists(full, empty)).toBe(full);
    expect(mergeLists(empty, full)).toBe(full);
  });
});
