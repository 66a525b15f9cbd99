import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newVersionRow, shelvesOf, type VersionRowOverrides } from '../../test/harness/catalog-rows.js';
import { atOnce } from '../common/in-slices.js';
import { ENTRY_KINDS, type EntryKind } from '../model/entry-kind.js';
import { OFFICIAL_META_KEY } from '../model/official-status.js';
import type { CatalogVersion } from './catalog-entry.js';
import type { SourceShelves } from './shelf.js';
import { ShelfBuilder } from './shelf-builder.js';
import type { VersionRow } from './version-row.js';

const textOf = ({ slab, start, end }: CatalogVersion): string => slab.toString('utf8', start, end);
const versionsOf = (source: SourceShelves, kind: EntryKind = 'server'): string[] =>
  source.shelves[kind].list.items.map(({ name, version }) => `${name}@${version}`);

function applied(base: SourceShelves, rows: readonly VersionRow[], remainingIds?: readonly number[]): SourceShelves {
  const builder = new ShelfBuilder(base, remainingIds && new Set(remainingIds));
  builder.add(rows);
  return atOnce(builder.finish(base.revision + 1));
}

/** Rows of one entry, their ordinals in the order given. */
function entryRows(versions: readonly string[], overrides: VersionRowOverrides = {}): VersionRow[] {
  const rows = versions.map((version, ordinal) => newVersionRow({ version, ordinal, ...overrides }));
  return rows.map((row) => ({ ...row, entryId: rows[0]!.entryId }));
}

describe('ShelfBuilder', () => {
  it('orders versions as texts and takes the latest by precedence', () => {
    const [entry] = shelvesOf(entryRows(['1.9.0', '1.10.0', '1.2.0'])).shelves.server.list.entries;

    expect(entry!.versions.map(({ version }) => version)).toEqual(['1.10.0', '1.2.0', '1.9.0']);
    expect(entry!.latest.version).toBe('1.10.0');
  });

  it('decides the latest of equal versions by their stored order', () => {
    const [entry] = shelvesOf(entryRows(['1.0.0+b', '1.0.0+a'])).shelves.server.list.entries;

    expect(entry!.latest.version).toBe('1.0.0+b');
  });

  it('puts servers into the envelope of the registry API', () => {
    const source = shelvesOf(
      entryRows(['1.0.0', '2.0.0'], {
        status: 'deprecated',
        document: '{"name":"io.example/ü","n":1.50}',
        publishedAt: Date.UTC(2026, 0, 1) * 1000,
        statusChangedAt: Date.UTC(2026, 0, 2) * 1000,
        updatedAt: Date.UTC(2026, 0, 3) * 1000 + 5,
      }),
    );

    const [first, second] = source.shelves.server.list.items.map(textOf);

    expect(first).toBe(
      `{"server":{"name":"io.example/ü","n":1.50},"_meta":{"${OFFICIAL_META_KEY}":{"status":"deprecated",` +
        '"statusChangedAt":"2026-01-02T00:00:00Z","publishedAt":"2026-01-01T00:00:00Z",' +
        '"updatedAt":"2026-01-03T00:00:00.000005Z","isLatest":false}}}',
    );
    expect(second).toContain('"isLatest":true');
  });

  it.each(['skill', 'plugin'] as const)('leaves the document of a %s bare', (kind) => {
    const source = shelvesOf([newVersionRow({ kind, namespace: 'io.example', document: '{"a":1}' })]);

    expect(source.shelves[kind].list.items.map(textOf)).toEqual(['{"a":1}']);
  });

  it('keeps versions of equal names in two namespaces in the order of lists', () => {
    const rows = [
      ...entryRows(['1.0.0', '2.0.0'], { kind: 'skill', name: 'a', namespace: 'x' }),
      ...entryRows(['1.0.0', '1.5.0'], { kind: 'skill', name: 'a', namespace: 'y' }),
      ...entryRows(['1.0.0'], { kind: 'skill', name: 'b', namespace: 'x' }),
    ];

    const { items, latest } = shelvesOf(rows).shelves.skill.list;

    const described = (list: readonly CatalogVersion[]) => list.map((v) => `${v.name} ${v.version} ${v.namespace}`);
    expect(described(items)).toEqual(['a 1.0.0 x', 'a 1.0.0 y', 'a 1.5.0 y', 'a 2.0.0 x', 'b 1.0.0 x']);
    expect(described(latest)).toEqual(['a 1.5.0 y', 'a 2.0.0 x', 'b 1.0.0 x']);
  });

  it('takes unchanged entries and whole unchanged shelves over', () => {
    const [kept, changed] = [entryRows(['1.0.0'], { name: 'kept' }), entryRows(['1.0.0'], { name: 'zz' })];
    const base = shelvesOf([...kept, ...changed, ...entryRows(['1.0.0'], { kind: 'skill' })]);

    const next = applied(base, changed);

    expect(next.shelves.server.list.entries[0]).toBe(base.shelves.server.list.entries[0]);
    expect(next.shelves.server.id).not.toBe(base.shelves.server.id);
    expect(next.shelves.skill).toBe(base.shelves.skill);
    expect(next.shelves.plugin).toBe(base.shelves.plugin);
  });

  it('writes the envelope anew of a version that is not the latest any more', () => {
    const [first, second] = entryRows(['1.0.0', '2.0.0']);
    const base = shelvesOf([first!]);
    const before = textOf(base.shelves.server.list.items[0]!);

    const next = applied(base, [second!]);

    const after = next.shelves.server.list.items.map(textOf);
    expect(after[0]).toBe(before.replace('"isLatest":true', '"isLatest":false'));
    expect(after[1]).toContain('"isLatest":true');
    expect(textOf(base.shelves.server.list.items[0]!)).toBe(before);
  });

  it('leaves out versions that are gone, and entries without versions', () => {
    const [lower, greater] = entryRows(['1.0.0', '2.0.0'], { name: 'a' });
    const [gone] = entryRows(['1.0.0'], { name: 'b' });
    const base = shelvesOf([lower!, greater!, gone!]);

    const next = applied(base, [], [lower!.id]);

    expect(versionsOf(next)).toEqual(['a@1.0.0']);
    expect(textOf(next.shelves.server.list.items[0]!)).toContain('"isLatest":true');
  });

  it('follows an entry that was removed and stored again', () => {
    const old = entryRows(['1.0.0', '2.0.0'], { claims: { team: 'a' } });
    const fresh = entryRows(['2.0.0'], { claims: { team: 'b' } });

    const next = applied(shelvesOf(old), fresh, [fresh[0]!.id]);

    expect(versionsOf(next)).toEqual(['io.example/server@2.0.0']);
    expect(next.shelves.server.claimSets.map(({ claims }) => claims)).toEqual([{ team: 'b' }]);
  });

  it('takes over new claims of an entry', () => {
    const rows = entryRows(['1.0.0'], { claims: { team: 'a' } });

    const next = applied(shelvesOf(rows), [{ ...rows[0]!, claims: null }]);

    expect(next.shelves.server.claimSets).toEqual([{ key: '', claims: null }]);
  });

  it('does not hold much more memory than what is live, however often things change', () => {
    const document = JSON.stringify({ text: 'x'.repeat(20_000) });
    const rows = Array.from({ length: 100 }, (_, index) => newVersionRow({ name: `n${100 + index}`, document }));
    let source = shelvesOf(rows);

    for (let round = 0; round < 500; round++) source = applied(source, [rows[(round * 37) % 100]!]);

    const slabs = new Set(source.shelves.server.list.items.map(({ slab }) => slab));
    const held = [...slabs].reduce((sum, slab) => sum + slab.length, 0);
    expect(held).toBeLessThan(2 * 100 * 20_300 + 1024 * 1024);
    expect(source.shelves.server.list.items.map(textOf)).toEqual(shelvesOf(rows).shelves.server.list.items.map(textOf));
  });
});

describe('a shelf that followed any changes', () => {
  const version = fc.constantFrom('1.0.0', '1.9.0', '1.10.0', '2.0.0-beta.1', 'v2.0.0', 'release/7', '1.0.0+b');
  const content = fc.record({ description: fc.constantFrom('one', 'two'), claims: fc.constantFrom('a', 'b') });
  const entry = fc.record({
    kind: fc.constantFrom(...ENTRY_KINDS),
    name: fc.constantFrom('a', 'b', '\u{ffff}', '\u{1f680}'),
    namespace: fc.constantFrom('x', 'y'),
    claims: fc.constantFrom(null, { team: 'a' }, { team: 'b' }),
    versions: fc.uniqueArray(fc.record({ version, content }), {
      selector: (v) => v.version,
      minLength: 1,
      maxLength: 4,
    }),
  });
  const state = fc.uniqueArray(entry, { selector: (e) => `${e.kind} ${e.name} ${e.namespace}`, maxLength: 8 });

  /** A source in a database: rows keep their ids while they are there, and get the revision of their last change. */
  class StoredSource {
    rows = new Map<string, { row: VersionRow; revision: number }>();
    entryIds = new Map<string, number>();
    revision = 0;

    store(entries: readonly (typeof state extends fc.Arbitrary<infer T> ? T : never)[number][]): void {
      this.revision++;
      const next: typeof this.rows = new Map();
      for (const { kind, name, namespace, claims, versions } of entries) {
        const entryKey = `${kind} ${name} ${namespace}`;
        for (const [ordinal, one] of versions.entries()) {
          const key = `${entryKey} ${one.version}`;
          const known = this.rows.get(key);
          const description = one.content.description;
          const fresh = newVersionRow({ kind, name, namespace, claims, version: one.version, ordinal, description });
          const entryId = this.entryIds.get(entryKey) ?? fresh.id;
          this.entryIds.set(entryKey, entryId);
          const row = { ...fresh, id: known?.row.id ?? fresh.id, entryId };
          const isSame = known && JSON.stringify(known.row) === JSON.stringify(row);
          next.set(key, isSame ? known : { row, revision: this.revision });
        }
      }
      this.rows = next;
    }

    since(revision: number): VersionRow[] {
      const changed = [...this.rows.values()].filter((stored) => stored.revision > revision);
      return changed.map(({ row }) => row).toSorted((a, b) => a.entryId - b.entryId);
    }

    ids(): number[] {
      return [...this.rows.values()].map(({ row }) => row.id);
    }
  }

  const everything = (source: SourceShelves) =>
    ENTRY_KINDS.map((kind) => {
      const { claimSets, list } = source.shelves[kind];
      const { entries, items, latest } = list;
      return {
        entries: entries.map((e) => [e.name, e.namespace, e.claims.claims, e.latest.version, e.versions.map(textOf)]),
        items: items.map(({ name, version, namespace, searchText }) => [name, version, namespace, searchText]),
        latest: latest.map(({ name, version, isLatest }) => [name, version, isLatest]),
        found: list.searchBlocks.find(['']).map(({ name, version, namespace }) => [name, version, namespace]),
        claims: claimSets.map(({ key }) => key).toSorted(),
      };
    });

  it('is the same as one that was built at once', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 6 }), (states) => {
        const stored = new StoredSource();
        let followed = shelvesOf([]);
        for (const entries of states) {
          const before = stored.revision;
          stored.store(entries);
          followed = applied(followed, stored.since(before), stored.ids());

          expect(everything(followed)).toEqual(everything(shelvesOf(stored.since(0))));
        }
      }),
      { numRuns: 200 },
    );
  });
});
