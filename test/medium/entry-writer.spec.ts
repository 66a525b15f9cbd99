import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/common/errors.js';
import { MigrationRunner } from '../../src/database/migrations/migration-runner.js';
import type { EntryDocument } from '../../src/documents/entry-document.js';
import { EntryWriter } from '../../src/entries/entry-writer.js';
import { SourceGoneError } from '../../src/entries/source-lock.js';
import type { EntryClaims, EntryKey, WriteResult } from '../../src/entries/write-result.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import {
  ENTRY_ENTITIES,
  insertSource,
  newDocument,
  sourceRevisions,
  storedVersions,
  type StoredVersion,
} from '../harness/entries.js';

const writer = new EntryWriter();
let db: TestDatabase;
let sourceId: number;

beforeAll(async () => {
  db = await createTestDatabase({ entities: ENTRY_ENTITIES });
});
afterAll(() => db.drop());
beforeEach(async () => {
  sourceId = await insertSource(db);
});

type Documents = Iterable<EntryDocument> | AsyncIterable<EntryDocument>;
const replaceAll = (documents: Documents, claims: EntryClaims = null): Promise<WriteResult> =>
  db.runner.run((tx) => writer.replaceAll(tx, sourceId, documents, claims));
const applyChanges = (upserts: EntryDocument[], removals: EntryKey[] = [], claims: EntryClaims = null) =>
  db.runner.run((tx) => writer.applyChanges(tx, sourceId, { upserts, removals }, claims));
const stored = (): Promise<StoredVersion[]> => storedVersions(db, sourceId);
const places = async (): Promise<string[]> =>
  (await stored()).map(({ name, version, ordinal }) => `${name}@${version}#${ordinal}`);
const server = (name: string, version = '1.0.0', overrides: Partial<EntryDocument> = {}): EntryDocument =>
  newDocument({ name: `io.example/${name}`, version, ...overrides });

async function* arriving(documents: EntryDocument[]): AsyncGenerator<EntryDocument> {
  yield* documents;
}

describe('EntryWriter', () => {
  describe('replaceAll', () => {
    it('stores documents as they are, with one time for all, in their order, and counts them', async () => {
      const documents = [
        server('b', '2.0.0', { title: 'B', description: 'Zwei "Wörter" \\ 😀' }),
        server('a', '1.0.0', { status: 'deprecated', facets: { tags: ['x'] } as never }),
        server('b', '1.0.0'),
        newDocument({ kind: 'skill', name: 'a' }),
        newDocument({ kind: 'skill', name: 'a', namespace: 'io.other' }),
        newDocument({ kind: 'plugin', name: 'a' }),
      ];

      const result = await replaceAll(documents, { org: 'acme' });

      expect(result).toEqual({
        counts: { server: 3, skill: 2, plugin: 1 },
        added: 6,
        changed: 0,
        removed: 0,
        revision: 1,
      });
      const rows = await stored();
      expect(rows.map((row) => `${row.kind} ${row.namespace} ${row.name}@${row.version}#${row.ordinal}`)).toEqual([
        'plugin io.example a@1.0.0#0',
        'skill io.example a@1.0.0#0',
        'skill io.other a@1.0.0#0',
        'server  io.example/a@1.0.0#0',
        'server  io.example/b@2.0.0#0',
        'server  io.example/b@1.0.0#1',
      ]);
      expect(rows.map((row) => row.document).toSorted()).toEqual(documents.map(({ json }) => json).toSorted());
      expect(new Set(rows.map((row) => row.publishedAt.toISOString())).size).toBe(1);
      expect(rows.every((row) => row.revision === 1 && row.claims?.['org'] === 'acme')).toBe(true);
      const [version] = await db.runner.query(
        `SELECT v.title, v.description, v.facets, v.status, v.document_hash FROM entry_version v
         WHERE v.source_id = $1 AND v.title = 'B'`,
        [sourceId],
      );
      expect(version).toEqual({
        title: 'B',
        description: 'Zwei "Wörter" \\ 😀',
        facets: documents[0]!.facets,
        status: 'active',
        document_hash: documents[0]!.hash,
      });
    });

    it('writes nothing when nothing changed', async () => {
      const documents = [server('a'), server('a', '1.1.0'), newDocument({ kind: 'skill' })];
      await replaceAll(documents, { org: ['a', 'b'] });
      const before = await stored();

      const result = await replaceAll(arriving(documents), { org: ['a', 'b'] });

      expect(result).toMatchObject({ added: 0, changed: 0, removed: 0, revision: 1, counts: { server: 2, skill: 1 } });
      expect(await stored()).toEqual(before);
      expect(await sourceRevisions(db, sourceId)).toEqual({ revision: 1, removedAt: 0 });
    });

    it('treats an empty claims object as no claims', async () => {
      await replaceAll([server('a')], {});
      const before = await stored();

      await replaceAll([server('a')], null);

      expect(before[0]!.claims).toBeNull();
      expect(await stored()).toEqual(before);
    });

    it('writes one row for one changed document, which keeps the time of its publication', async () => {
      await replaceAll([server('a'), server('a', '1.1.0'), server('b')]);
      const [first, second, other] = await stored();

      const result = await replaceAll([server('a'), server('a', '1.1.0', { description: 'new' }), server('b')]);

      expect(result).toMatchObject({ added: 0, changed: 1, removed: 0, revision: 2 });
      const after = await stored();
      expect([after[0], after[2]]).toEqual([first, other]);
      expect(after[1]).toMatchObject({
        document: server('a', '1.1.0', { description: 'new' }).json,
        revision: 2,
        publishedAt: second!.publishedAt,
        statusChangedAt: second!.statusChangedAt,
      });
      expect(after[1]!.updatedAt.getTime()).toBeGreaterThan(second!.updatedAt.getTime());
    });

    it('moves the time of the status with the status only, and keeps the document', async () => {
      await replaceAll([server('a')]);
      const [before] = await stored();

      const result = await replaceAll([server('a', '1.0.0', { status: 'deprecated' })]);

      expect(result).toMatchObject({ changed: 1, revision: 2 });
      const [after] = await stored();
      expect(after).toMatchObject({
        status: 'deprecated',
        document: before!.document,
        publishedAt: before!.publishedAt,
      });
      expect(after!.statusChangedAt.getTime()).toBeGreaterThan(before!.statusChangedAt.getTime());
      expect(after!.updatedAt).toEqual(after!.statusChangedAt);
    });

    it('leaves all other rows alone when a new entry comes in front', async () => {
      await replaceAll([server('b'), server('c'), server('c', '2.0.0')]);
      const before = await stored();

      const result = await replaceAll([server('a'), server('b'), server('c'), server('c', '2.0.0')]);

      expect(result).toMatchObject({ added: 1, changed: 0, removed: 0 });
      expect((await stored()).slice(1)).toEqual(before);
    });

    it('has readers reload the versions of an entry that gets another one, but does not move their times', async () => {
      await replaceAll([server('a'), server('b')]);
      const [before, other] = await stored();

      await replaceAll([server('a'), server('a', '2.0.0'), server('b')]);

      const [first, second, untouched] = await stored();
      expect(first).toMatchObject({ revision: 2, updatedAt: before!.updatedAt, ordinal: 0 });
      expect(second).toMatchObject({ revision: 2, ordinal: 1 });
      expect(untouched).toEqual(other);
    });

    it('removes versions and entries that are gone, and says at which revision', async () => {
      await replaceAll([server('a'), server('a', '2.0.0'), server('b'), server('c')]);
      const kept = (await stored()).at(-1);

      const result = await replaceAll([server('a'), server('c')]);

      expect(result).toMatchObject({ added: 0, changed: 0, removed: 2, revision: 2, counts: { server: 2 } });
      const rows = await stored();
      expect(rows.map(({ name, revision }) => [name, revision])).toEqual([
        ['io.example/a', 2],
        ['io.example/c', 1],
      ]);
      expect(rows[1]).toEqual(kept);
      expect(await sourceRevisions(db, sourceId)).toEqual({ revision: 2, removedAt: 2 });
      expect(await db.runner.query('SELECT name FROM entry WHERE source_id = $1 ORDER BY 1', [sourceId])).toHaveLength(
        2,
      );
    });

    it('empties a source', async () => {
      await replaceAll([server('a')]);

      const result = await replaceAll([]);

      expect(result).toMatchObject({ removed: 1, counts: { server: 0, skill: 0, plugin: 0 } });
      expect(await stored()).toEqual([]);
    });

    it('follows a new order of versions without moving their times', async () => {
      await replaceAll([server('a', '1.0.0'), server('a', 'v1.0.0'), server('b')]);
      const before = await stored();

      const result = await replaceAll([server('a', 'v1.0.0'), server('a', '1.0.0'), server('b')]);

      expect(result).toMatchObject({ added: 0, changed: 0, removed: 0, revision: 2 });
      const after = await stored();
      expect(await places()).toEqual(['io.example/a@v1.0.0#0', 'io.example/a@1.0.0#1', 'io.example/b@1.0.0#0']);
      expect(after.map(({ updatedAt }) => updatedAt)).toEqual(before.map(({ updatedAt }) => updatedAt));
      expect(after.map(({ revision }) => revision)).toEqual([2, 2, 1]);
    });

    it('closes the gap that a removed version leaves', async () => {
      await replaceAll([server('a', '1.0.0'), server('a', '2.0.0'), server('a', '3.0.0')]);

      await replaceAll([server('a', '2.0.0'), server('a', '3.0.0')]);

      expect(await places()).toEqual(['io.example/a@2.0.0#0', 'io.example/a@3.0.0#1']);
    });

    it('gives other claims to all versions without moving their times', async () => {
      await replaceAll([server('a'), server('a', '2.0.0')], { org: 'acme' });
      const before = await stored();

      const result = await replaceAll([server('a'), server('a', '2.0.0')], { org: 'contoso' });

      expect(result).toMatchObject({ added: 0, changed: 0, removed: 0, revision: 2 });
      const after = await stored();
      expect(after.map(({ claims, revision }) => [claims, revision])).toEqual([
        [{ org: 'contoso' }, 2],
        [{ org: 'contoso' }, 2],
      ]);
      expect(after.map(({ updatedAt }) => updatedAt)).toEqual(before.map(({ updatedAt }) => updatedAt));
    });

    it('gives each entry claims of its own when asked to; those of its last version count', async () => {
      const claimsOf = ({ name, version }: EntryDocument) => (name.endsWith('/b') ? null : { version });
      const documents = [server('a', '1.0.0'), server('a', '2.0.0'), server('b')];

      await replaceAll(documents, claimsOf);
      const first = await stored();
      await replaceAll(documents, claimsOf);

      expect(first.map(({ claims }) => claims)).toEqual([{ version: '2.0.0' }, { version: '2.0.0' }, null]);
      expect(await stored()).toEqual(first);
    });

    it('stores identical duplicates once', async () => {
      const result = await replaceAll([server('a'), server('b'), server('a'), server('a', '2.0.0')]);

      expect(result).toMatchObject({ added: 3, counts: { server: 3 } });
      expect(await places()).toEqual(['io.example/a@1.0.0#0', 'io.example/a@2.0.0#1', 'io.example/b@1.0.0#0']);
    });

    it.each([
      ['document', { description: 'other' }],
      ['status', { status: 'deprecated' as const }],
    ])('refuses one version with two of a %s, names it, and keeps what was stored', async (_what, other) => {
      await replaceAll([server('a')]);
      const before = await stored();

      const writing = replaceAll([server('b', '1.0.0'), server('b', '1.0.0', other)]);

      await expect(writing).rejects.toThrow(InvalidInputError);
      await expect(writing).rejects.toThrow(/io\.example\/b version 1\.0\.0 is there twice/);
      expect(await stored()).toEqual(before);
    });

    it.each(['name', 'namespace', 'version'] as const)('refuses a %s that no index can hold', async (member) => {
      const document = newDocument({ kind: 'skill', [member]: 'ü'.repeat(600) });

      await expect(replaceAll([document])).rejects.toThrow(`${member} is longer than 1024 bytes`);
    });

    it('takes the longest name, namespace and version that it does not refuse', async () => {
      const random = (): string =>
        Array.from({ length: 1024 }, () => String.fromCharCode(33 + Math.random() * 94)).join('');

      const result = await replaceAll([
        newDocument({ kind: 'skill', name: random(), namespace: random(), version: random() }),
      ]);

      expect(result.added).toBe(1);
    });

    it('touches no other source', async () => {
      const other = await insertSource(db);
      await db.runner.run((tx) => writer.replaceAll(tx, other, [server('a'), server('b')], { org: 'other' }));
      const before = await storedVersions(db, other);

      await replaceAll([server('a')], { org: 'mine' });
      await replaceAll([]);

      expect(await storedVersions(db, other)).toEqual(before);
      expect(await sourceRevisions(db, other)).toEqual({ revision: 1, removedAt: 0 });
    });

    it('writes several sources in one transaction', async () => {
      const other = await insertSource(db);

      await db.runner.run(async (tx) => {
        await writer.replaceAll(tx, sourceId, [server('a')], null);
        await writer.replaceAll(tx, other, [server('b')], null);
      });

      expect((await stored()).map(({ name }) => name)).toEqual(['io.example/a']);
      expect((await storedVersions(db, other)).map(({ name }) => name)).toEqual(['io.example/b']);
    });

    it('refuses a source that is gone', async () => {
      await expect(db.runner.run((tx) => writer.replaceAll(tx, 987_654, [server('a')], null))).rejects.toThrow(
        SourceGoneError,
      );
    });

    it('stores nothing when the documents fail on the way', async () => {
      await replaceAll([server('a')]);
      const before = await stored();
      async function* failing(): AsyncGenerator<EntryDocument> {
        yield server('b');
        throw new Error('upstream went away');
      }

      await expect(replaceAll(failing())).rejects.toThrow('upstream went away');

      expect(await stored()).toEqual(before);
    });

    it('lets writes of one source follow one another', async () => {
      const sets = Array.from({ length: 6 }, (_, set) =>
        Array.from({ length: 20 }, (_, index) => server(`n${set}-${index}`)),
      );

      await Promise.all(sets.map((documents) => replaceAll(documents)));

      const names = (await stored()).map(({ name }) => name);
      const winner = sets.find((documents) => documents.some(({ name }) => name === names[0]));
      expect(names).toEqual(winner!.map(({ name }) => name).toSorted());
    });

    it('does not make a publication wait for a long write of another source', async () => {
      const other = await insertSource(db, { name: 'managed-elsewhere', kind: 'managed' });
      let finish: () => void = () => undefined;
      const published = new Promise<void>((resolve) => (finish = resolve));
      async function* slow(): AsyncGenerator<EntryDocument> {
        yield server('a');
        await published;
        yield server('b');
      }

      const writing = replaceAll(slow());
      await db.runner.run((tx) => writer.publish(tx, other, server('p'), null));
      finish();
      await writing;

      expect(await places()).toEqual(['io.example/a@1.0.0#0', 'io.example/b@1.0.0#0']);
      expect(await storedVersions(db, other)).toHaveLength(1);
      await db.runner.query('DELETE FROM source WHERE id = $1', [other]);
    });

    it('needs a number of statements that does not grow with the entries, and writes only what changed', async () => {
      const many = Array.from({ length: 5000 }, (_, index) =>
        server(`n${index}`, '1.0.0', { description: `Nö ${index}` }),
      );
      await replaceAll(many);
      const before = new Map((await stored()).map((row) => [row.name, row]));
      let statements = 0;

      const result = await db.runner.run((tx) => {
        const counting = new Proxy(tx, {
          get: (target, member) => {
            if (member === 'query') statements++;
            const value: unknown = Reflect.get(target, member);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
        const changed = many.with(4321, server('n4321', '1.0.0', { description: 'changed' }));
        return writer.replaceAll(counting, sourceId, changed, null);
      });

      expect(result).toMatchObject({ added: 0, changed: 1, removed: 0, counts: { server: 5000 } });
      expect(statements).toBeLessThan(30);
      const after = await stored();
      expect(after.filter((row) => row.written !== before.get(row.name)?.written).map(({ name }) => name)).toEqual([
        'io.example/n4321',
      ]);
      expect(
        after.every((row) => row.name === 'io.example/n4321' || row.document === before.get(row.name)?.document),
      ).toBe(true);
    });
  });

  describe('applyChanges', () => {
    it('stores and removes what is listed and leaves the rest', async () => {
      await replaceAll([server('a'), server('b'), server('c'), server('d')]);
      const before = await stored();

      const result = await applyChanges(
        [server('b', '1.0.0', { description: 'new' }), server('e')],
        [server('c'), server('unknown'), server('d', '9.9.9')],
      );

      expect(result).toEqual({
        counts: { server: 4, skill: 0, plugin: 0 },
        added: 1,
        changed: 1,
        removed: 1,
        revision: 2,
      });
      const after = await stored();
      expect(after.map(({ name, revision }) => `${name} ${revision}`)).toEqual([
        'io.example/a 1',
        'io.example/b 2',
        'io.example/d 1',
        'io.example/e 2',
      ]);
      expect([after[0], after[2]]).toEqual([before[0], before[3]]);
    });

    it('puts new versions behind those that are stored and does not move these', async () => {
      await replaceAll([server('a', '2.0.0'), server('a', '1.0.0')]);

      await applyChanges([server('a', '4.0.0'), server('a', '1.0.0'), server('a', '3.0.0')]);
      await applyChanges([server('a', '5.0.0')], [server('a', '2.0.0')]);

      expect((await stored()).map(({ version }) => version)).toEqual(['1.0.0', '4.0.0', '3.0.0', '5.0.0']);
    });

    it('stores a version that is in both lists', async () => {
      await replaceAll([server('a')]);
      const before = await stored();

      const result = await applyChanges([server('a')], [server('a')]);

      expect(result).toMatchObject({ added: 0, changed: 0, removed: 0, revision: 1 });
      expect(await stored()).toEqual(before);
    });

    it('gives claims to the entries that it stores only', async () => {
      await replaceAll([server('a'), server('b')], { org: 'acme' });

      await applyChanges([server('a', '2.0.0')], [], { org: 'contoso' });

      expect((await stored()).map(({ version, claims, revision }) => [version, claims, revision])).toEqual([
        ['1.0.0', { org: 'contoso' }, 2],
        ['2.0.0', { org: 'contoso' }, 2],
        ['1.0.0', { org: 'acme' }, 1],
      ]);
    });

    it('removes only the entry of that kind and namespace', async () => {
      await replaceAll([
        newDocument({ kind: 'skill' }),
        newDocument({ kind: 'skill', namespace: 'io.other' }),
        newDocument({ kind: 'plugin' }),
      ]);

      await applyChanges([], [newDocument({ kind: 'skill' })]);

      expect((await stored()).map(({ kind, namespace }) => `${kind} ${namespace}`)).toEqual([
        'plugin io.example',
        'skill io.other',
      ]);
    });
  });

  it('works as the role of the application, also where nobody else may make temporary tables', async () => {
    const fresh = await createTestDatabase({ migrated: false });
    try {
      await (await MigrationRunner.create(fresh.connection)).up();
      await fresh.runner.query(`REVOKE TEMPORARY ON DATABASE ${fresh.config.database} FROM PUBLIC`);
      const id = await insertSource(fresh);

      const result = await fresh.runner.run(async (tx) => {
        await tx.query('SET LOCAL ROLE toolhive_registry_server');
        return writer.replaceAll(tx, id, [server('a'), server('a', '2.0.0')], { org: 'acme' });
      });

      expect(result.added).toBe(2);
    } finally {
      await fresh.drop();
    }
  });

  describe('setSourceClaims', () => {
    const setClaims = (id: number, claims: EntryClaims): Promise<void> =>
      db.runner.run((tx) => writer.setSourceClaims(tx, id, claims as never));

    it('gives all entries of a synchronised source its claims', async () => {
      await replaceAll([server('a'), server('a', '2.0.0'), server('b')], null);
      const before = await stored();

      await setClaims(sourceId, { org: 'acme' });

      const after = await stored();
      expect(after.map(({ claims, revision }) => [claims, revision])).toEqual(after.map(() => [{ org: 'acme' }, 2]));
      expect(after.map(({ updatedAt }) => updatedAt)).toEqual(before.map(({ updatedAt }) => updatedAt));
      expect(await sourceRevisions(db, sourceId)).toEqual({ revision: 2, removedAt: 0 });
    });

    it('writes nothing when the claims are the same', async () => {
      await replaceAll([server('a')], { org: 'acme' });
      const before = await stored();

      await setClaims(sourceId, { org: 'acme' });

      expect(await stored()).toEqual(before);
      expect((await sourceRevisions(db, sourceId)).revision).toBe(1);
    });

    it.each(['kubernetes', 'managed'] as const)('leaves entries of a %s source alone', async (kind) => {
      await db.runner.query("DELETE FROM source WHERE kind = 'managed'");
      sourceId = await insertSource(db, { kind });
      await replaceAll([server('a')], { team: 'platform' });
      const before = await stored();

      await setClaims(sourceId, { org: 'acme' });

      expect(await stored()).toEqual(before);
    });
  });
});
