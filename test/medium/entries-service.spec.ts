import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccessPolicy } from '../../src/auth/access-policy.js';
import type { Caller, Role } from '../../src/auth/caller.js';
import type { TokenClaims } from '../../src/claims/claims.js';
import { ForbiddenError, InvalidInputError, NotFoundError } from '../../src/common/errors.js';
import type { RegistryConfig } from '../../src/config/config.js';
import type { PublishEntryRequest } from '../../src/entries/dto/publish-entry.request.js';
import { EntriesService } from '../../src/entries/entries.service.js';
import { EntryWriter } from '../../src/entries/entry-writer.js';
import { ManagedEntriesRepository } from '../../src/entries/managed-entries.repository.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { ENTRY_ENTITIES, insertSource, newDocument, sourceRevisions, storedVersions } from '../harness/entries.js';

const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';
const NOT_COVERED = 'insufficient claims: caller claims do not cover resource claims';
const UNCLAIMED = 'insufficient claims: resource has no claims';
const MISMATCH = 'claims mismatch: claims do not match existing entry';

let db: TestDatabase;
let managed: number;

beforeAll(async () => {
  db = await createTestDatabase({ entities: ENTRY_ENTITIES });
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.runner.query('DELETE FROM source');
  managed = await insertSource(db, { name: 'mine', kind: 'managed', claims: { org: 'acme' } });
});

function createService(options: { authorizes: boolean }): EntriesService {
  const config = { database: { maxMetaSize: 1000 } } as RegistryConfig;
  return new EntriesService(
    db.runner,
    new ManagedEntriesRepository(),
    new EntryWriter(),
    new AccessPolicy({ authenticates: options.authorizes, ...options }),
    config,
  );
}
const callerWith = (claims: TokenClaims, roles: Role[] = ['manageEntries']): Caller => ({
  subject: 's',
  displayName: '',
  claims,
  roles: new Set(roles),
});
const server = (name: string, version = '1.0.0', more: object = {}): PublishEntryRequest => ({
  server: { name: `io.example/${name}`, version, description: 'd', ...more },
});
const extension = (
  kind: 'skill' | 'plugin',
  name: string,
  version = '1.0.0',
  more: object = {},
): PublishEntryRequest => ({
  [kind]: { namespace: 'io.example', name, version, description: 'd', ...more },
});
const published = () => storedVersions(db, managed);
const versions = async (): Promise<string[]> => (await published()).map(({ name, version }) => `${name}@${version}`);
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('EntriesService without authorisation', () => {
  let service: EntriesService;
  beforeEach(() => {
    service = createService({ authorizes: false });
  });
  const publish = (request: PublishEntryRequest): Promise<any> =>
    service.publish(undefined, request).then((text) => JSON.parse(text));
  const remove = (type: string, name: string, version: string) =>
    service.deleteVersion(undefined, { type, name }, version);
  const claimsOf = (type: string, name: string) => service.getClaims(undefined, { type, name });
  const setClaims = (type: string, name: string, claims: Record<string, unknown>) =>
    service.replaceClaims(undefined, { type, name }, claims);

  describe('publish', () => {
    it('answers a server with the document that it stored', async () => {
      const icons = [{ src: 'https://example.com/i.png', sizes: ['48x48'] }];

      const text = await service.publish(
        undefined,
        server('full', '1.2.3', { icons, vendor: { deep: [1, null, ''] } }),
      );

      expect(JSON.parse(text)).toEqual({
        $schema: SCHEMA,
        name: 'io.example/full',
        version: '1.2.3',
        description: 'd',
        icons,
        vendor: { deep: [1, null, ''] },
        _meta: {},
      });
      expect((await published())[0]!.document).toBe(text);
    });

    it('answers a skill with its id, its times and whether it is the latest', async () => {
      const first = await publish(
        extension('skill', 'a', '1.0.0', { id: 'mine', isLatest: false, status: 'Deprecated' }),
      );
      const older = await publish(extension('skill', 'a', '0.9.0'));

      expect(first).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        namespace: 'io.example',
        name: 'a',
        version: '1.0.0',
        description: 'd',
        status: 'DEPRECATED',
        repository: {},
        isLatest: true,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        updatedAt: first.createdAt,
      });
      expect('isLatest' in older).toBe(false);
      expect(older.id).not.toBe(first.id);
    });

    it('stores it for readers, with what they need', async () => {
      await publish(server('a', '1.0.0'));
      await publish(server('a', '2.0.0'));

      const rows = await published();
      expect(
        rows.map(({ version, ordinal, revision, claims, status }) => ({ version, ordinal, revision, claims, status })),
      ).toEqual([
        { version: '1.0.0', ordinal: 0, revision: 2, claims: null, status: 'active' },
        { version: '2.0.0', ordinal: 1, revision: 2, claims: null, status: 'active' },
      ]);
      expect(rows[1]!.publishedAt.getTime()).toBeGreaterThanOrEqual(rows[0]!.publishedAt.getTime());
      expect(rows[0]!.updatedAt).toEqual(rows[0]!.publishedAt);
      expect(await sourceRevisions(db, managed)).toEqual({ revision: 2, removedAt: 0 });
    });

    it('is there for readers of this process when it answers', async () => {
      let seen: string[] = [];
      const unsubscribe = db.changeFeed.subscribe(async () => {
        seen = await versions();
      });

      await publish(server('a'));

      expect(seen).toEqual(['io.example/a@1.0.0']);
      unsubscribe();
    });

    it.each([
      ['server', server('a'), 'version already exists: io.example/a@1.0.0'],
      ['skill', extension('skill', 'a'), 'version already exists: a 1.0.0'],
      ['plugin', extension('plugin', 'a'), 'version already exists: a 1.0.0'],
    ])('refuses a version of a %s that exists, and changes nothing', async (_kind, request, message) => {
      await publish(request);
      const before = await published();

      expect(await outcome(publish(request))).toBe(`ConflictError: ${message}`);
      expect(await published()).toEqual(before);
      expect((await sourceRevisions(db, managed)).revision).toBe(1);
    });

    it('keeps servers, skills, plugins and namespaces apart', async () => {
      await publish(extension('skill', 'same', '2.0.0'));
      const plugin = await publish(extension('plugin', 'same', '1.0.0'));
      const elsewhere = await publish(extension('skill', 'same', '1.0.0', { namespace: 'io.other' }));

      expect([plugin.isLatest, elsewhere.isLatest]).toEqual([true, true]);
      expect(await versions()).toHaveLength(3);
    });

    it('keeps the same set of claims for all versions, however it is spelled', async () => {
      await publish({ ...server('a', '1.0.0'), claims: { team: 'a', x: ['1', '2'] } });

      const results = await Promise.all(
        [undefined, { team: 'b', x: ['1', '2'] }, { team: 'a' }, { team: 'a', x: ['1', '2'], y: 'z' }, {}].map(
          (claims) => outcome(publish({ ...server('a', '1.1.0'), ...(claims && { claims }) })),
        ),
      );
      await publish({ ...server('a', '1.2.0'), claims: { x: ['2', '1', '2'], team: ['a'] } });

      expect(new Set(results)).toEqual(new Set([`ConflictError: ${MISMATCH}`]));
      expect(await claimsOf('server', 'io.example/a')).toEqual({ team: 'a', x: ['1', '2'] });
    });

    it('tells of other claims before the version', async () => {
      await publish({ ...server('a'), claims: { team: 'a' } });

      expect(await outcome(publish(server('a')))).toBe(`ConflictError: ${MISMATCH}`);
    });

    it('takes an empty claims object for no claims', async () => {
      await publish({ ...server('a', '1.0.0'), claims: {} });
      await publish(server('a', '1.1.0'));
      await setClaims('server', 'io.example/a', {});
      await publish({ ...server('a', '1.2.0'), claims: {} });

      expect(await outcome(publish({ ...server('a', '1.3.0'), claims: { a: 'b' } }))).toBe(
        `ConflictError: ${MISMATCH}`,
      );
    });

    it.each<[string, PublishEntryRequest, RegExp]>([
      ['no document', {}, /^exactly one of 'server', 'skill', or 'plugin' must be provided$/],
      ['two documents', { ...server('a'), ...extension('skill', 'a') }, /^exactly one of/],
      ['a member of another type', { server: { name: 'io.example/a', version: 5 } }, /^invalid request body: /],
      [
        'a wrong type before the number of documents',
        { ...server('a'), skill: { icons: 'x' } },
        /^invalid request body: /,
      ],
      ['a claim of another type', { ...server('a'), claims: { good: 'x', team: 5 } }, /^claim "team": /],
      ['a server name', { server: { name: 'plain', version: '1.0.0' } }, /^invalid server name: plain$/],
      [
        'a claim before the name',
        { server: { name: 'plain', version: '1.0.0' }, claims: { team: [1] } },
        /^claim "team"/,
      ],
      ['a skill without a name', { skill: { namespace: 'io.example', version: '1.0.0' } }, /name/],
      [
        'large metadata',
        server('a', '1.0.0', {
          _meta: { 'io.modelcontextprotocol.registry/publisher-provided': { a: 'x'.repeat(1000) } },
        }),
        /1000/,
      ],
    ])('refuses %s and stores nothing', async (_what, request, message) => {
      const publishing = service.publish(undefined, request);

      await expect(publishing).rejects.toThrow(InvalidInputError);
      await expect(publishing).rejects.toThrow(message);
      expect(await versions()).toEqual([]);
    });

    it('stores all of many parallel versions, in some order, and the greatest is the latest', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => publish(server('a', `1.${index}.0`))));

      const rows = await published();
      expect(rows.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 20 }, (_, index) => index));
      expect(new Set(rows.map(({ version }) => version)).size).toBe(20);
      expect((await sourceRevisions(db, managed)).revision).toBe(20);
    });

    it('lets exactly one of parallel publications of a version win', async () => {
      const results = await Promise.all(Array.from({ length: 10 }, () => outcome(publish(server('a')))));

      expect(results.toSorted()).toEqual([
        ...Array.from({ length: 9 }, () => 'ConflictError: version already exists: io.example/a@1.0.0'),
        'done',
      ]);
    });
  });

  describe('deleteVersion', () => {
    it('removes the version, and has readers reload the others', async () => {
      await publish(server('a', '1.0.0'));
      await publish(server('a', '2.0.0'));

      await remove('server', 'io.example/a', '2.0.0');

      expect((await published()).map(({ version, revision }) => [version, revision])).toEqual([['1.0.0', 3]]);
      expect(await sourceRevisions(db, managed)).toEqual({ revision: 3, removedAt: 3 });
    });

    it('removes the entry with its last version, and forgets its claims', async () => {
      await publish({ ...server('a'), claims: { a: 'b' } });

      await remove('server', 'io.example/a', '1.0.0');

      expect(await outcome(claimsOf('server', 'io.example/a'))).toBe('NotFoundError: not found: io.example/a');
      await publish({ ...server('a'), claims: { other: 'x' } });
      expect(await claimsOf('server', 'io.example/a')).toEqual({ other: 'x' });
    });

    it('continues the order of publishing after the last version was deleted', async () => {
      for (const version of ['1.0.0', 'v1.0.0']) await publish(server('a', version));
      await remove('server', 'io.example/a', '1.0.0');
      await publish(server('a', '1.0.0'));

      expect((await published()).map(({ version }) => version)).toEqual(['v1.0.0', '1.0.0']);
    });

    it.each([
      ['server', 'io.example/a', '9.9.9'],
      ['server', 'io.example/a', 'latest'],
      ['server', 'io.example/none', '1.0.0'],
      ['server', 'a', '1.0.0'],
      ['skill', 'io.example/a', '1.0.0'],
      ['server', 'io.example/synchronised', '1.0.0'],
    ])('does not find %s %s %s', async (type, name, version) => {
      const other = await insertSource(db, { kind: 'git' });
      const document = newDocument({ name: 'io.example/synchronised' });
      await db.runner.run((tx) => new EntryWriter().replaceAll(tx, other, [document], null));
      await publish(server('a'));

      expect(await outcome(remove(type, name, version))).toBe(`NotFoundError: not found: ${name}@${version}`);
      expect(await versions()).toEqual(['io.example/a@1.0.0']);
    });

    it.each(['servers', 'SERVER', ''])('refuses the type "%s"', async (type) => {
      expect(await outcome(remove(type, 'a', '1'))).toBe(
        "InvalidInputError: unsupported entry type: must be 'server', 'skill', or 'plugin'",
      );
    });

    it('lets exactly one of parallel deletions of a version win', async () => {
      await publish(server('a'));

      const results = await Promise.all(
        Array.from({ length: 10 }, () => outcome(remove('server', 'io.example/a', '1.0.0'))),
      );

      expect(results.filter((result) => result === 'done')).toHaveLength(1);
      expect(results.filter((result) => result.startsWith('NotFoundError'))).toHaveLength(9);
    });

    it('stands parallel publications and deletions of all versions of an entry', async () => {
      const work = Array.from({ length: 30 }, (_, index) =>
        outcome(
          index % 2 === 0
            ? publish(server('a', `${index % 6}.0.0`))
            : remove('server', 'io.example/a', `${index % 6}.0.0`),
        ),
      );

      const results = await Promise.all(work);

      expect(results.filter((result) => !/^(done|ConflictError|NotFoundError)/.test(result))).toEqual([]);
      const empty = await db.runner.query(
        'SELECT id FROM entry e WHERE NOT EXISTS (SELECT FROM entry_version v WHERE v.entry_id = e.id)',
      );
      expect(empty).toEqual([]);
    });
  });

  describe.each(['skill', 'plugin'] as const)('names of a %s', (kind) => {
    it('may be bare when they are unique', async () => {
      await publish(extension(kind, 'a'));
      await setClaims(kind, 'a', { team: 'x' });

      expect(await claimsOf(kind, 'io.example/a')).toEqual({ team: 'x' });
      await remove(kind, 'a', '1.0.0');
      expect(await versions()).toEqual([]);
    });

    it('need the namespace when several have them', async () => {
      await publish(extension(kind, 'a'));
      await publish(extension(kind, 'a', '1.0.0', { namespace: 'io.other' }));

      const ambiguous = `ConflictError: ambiguous name: several namespaces have a ${kind} a, use {namespace}%2Fa`;
      expect(await outcome(remove(kind, 'a', '1.0.0'))).toBe(ambiguous);
      expect(await outcome(claimsOf(kind, 'a'))).toBe(ambiguous);
      expect(await outcome(setClaims(kind, 'a', {}))).toBe(ambiguous);
      await remove(kind, 'io.other/a', '1.0.0');
      await remove(kind, 'a', '1.0.0');
      expect(await versions()).toEqual([]);
    });
  });

  describe('claims', () => {
    it('are replaced as a whole, for all versions', async () => {
      await publish(server('a', '1.0.0'));
      await publish(server('a', '2.0.0'));
      expect(await claimsOf('server', 'io.example/a')).toEqual({});

      await setClaims('server', 'io.example/a', { team: ['a', 'b'], org: 'x' });
      await setClaims('server', 'io.example/a', { org: 'y', '': [] });

      expect(await claimsOf('server', 'io.example/a')).toEqual({ org: 'y', '': [] });
      expect((await published()).map(({ revision }) => revision)).toEqual([4, 4]);
    });

    it('are removed by an empty object', async () => {
      await publish({ ...server('a'), claims: { a: 'b' } });

      await setClaims('server', 'io.example/a', {});

      expect(await claimsOf('server', 'io.example/a')).toEqual({});
      expect((await published())[0]!.claims).toBeNull();
    });

    it('are not written when they are what they were', async () => {
      await publish({ ...server('a'), claims: { a: 'b' } });
      const before = await published();

      await setClaims('server', 'io.example/a', { a: 'b' });

      expect(await published()).toEqual(before);
    });

    it.each([5, true, null, { a: 'b' }, [1], ['a', null], [['a']]])('refuse the value %j', async (value) => {
      await publish({ ...server('a'), claims: { a: 'b' } });

      await expect(setClaims('server', 'io.example/a', { good: 'x', team: value })).rejects.toThrow(/^claim "team": /);
      expect(await claimsOf('server', 'io.example/a')).toEqual({ a: 'b' });
    });

    it('refuse another type and do not find what is not published', async () => {
      const message = 'InvalidInputError: invalid entry type: must be "server", "skill", or "plugin"';
      expect(await outcome(claimsOf('mcp', 'x'))).toBe(message);
      expect(await outcome(setClaims('mcp', 'x', {}))).toBe(message);
      expect(await outcome(claimsOf('server', 'io.example/none'))).toBe('NotFoundError: not found: io.example/none');
      expect(await outcome(setClaims('skill', 'none', {}))).toBe('NotFoundError: not found: none');
    });

    it('take the last of parallel changes, all of which succeed', async () => {
      await publish(server('a'));

      const results = await Promise.all(
        Array.from({ length: 10 }, (_, index) => outcome(setClaims('server', 'io.example/a', { n: String(index) }))),
      );

      expect(new Set(results)).toEqual(new Set(['done']));
      expect(await claimsOf('server', 'io.example/a')).toEqual({ n: expect.stringMatching(/^\d$/) });
    });
  });

  describe('without a managed source in use', () => {
    it.each([
      ['there is none', () => db.runner.query('DELETE FROM source')],
      ['it has been retired', () => db.runner.query('UPDATE source SET retired_at = now()')],
    ])('everything is a conflict when %s', async (_what, arrange) => {
      await publish(server('a'));
      await arrange();

      expect(await outcome(publish(server('b')))).toBe('ConflictError: no managed source available for publishing');
      expect(await outcome(remove('server', 'io.example/a', '1.0.0'))).toBe(
        'ConflictError: no managed source available for deletion',
      );
      expect(await outcome(claimsOf('server', 'io.example/a'))).toBe('ConflictError: no managed source available');
      expect(await outcome(setClaims('server', 'io.example/a', {}))).toBe(
        'ConflictError: no managed source available for updating claims',
      );
    });

    it('a publication that waited for the deletion of the source is a conflict', async () => {
      let publishing: Promise<string> | undefined;
      await db.runner.run(async (tx) => {
        await tx.query('DELETE FROM source');
        publishing = outcome(publish(server('a')));
        await new Promise((resolve) => setTimeout(resolve, 100));
      });

      expect(await publishing).toBe('ConflictError: no managed source available for publishing');
    });
  });
});

describe('EntriesService with authorisation', () => {
  const platform = callerWith({ org: 'acme', team: 'platform' });
  const data = callerWith({ org: 'acme', team: 'data' });
  const both = callerWith({ org: 'acme', team: ['platform', 'data'] });
  const admin = callerWith({}, ['superAdmin']);
  const PLATFORM = { org: 'acme', team: 'platform' };
  const SHARED = { org: 'acme', team: ['platform', 'data'] };
  const path = { type: 'server', name: 'io.example/a' };
  let service: EntriesService;
  beforeEach(() => {
    service = createService({ authorizes: true });
  });
  const publish = (caller: Caller, claims?: Record<string, unknown>, version = '1.0.0') =>
    outcome(service.publish(caller, { ...server('a', version), ...(claims && { claims }) }));

  it.each([
    ['a writer', platform],
    ['a super-admin', admin],
    ['nobody in particular', undefined],
  ])('requires claims of %s', async (_who, caller) => {
    for (const claims of [undefined, {}]) {
      expect(await outcome(service.publish(caller, { ...server('a'), ...(claims && { claims }) }))).toBe(
        'InvalidInputError: claims are required when authorization is enabled',
      );
    }
  });

  it('lets publish with claims that the caller holds, all of them', async () => {
    expect(await publish(platform, SHARED)).toBe(`ForbiddenError: ${NOT_COVERED}`);
    expect(await publish(platform, { org: 'contoso' })).toBe(`ForbiddenError: ${NOT_COVERED}`);
    expect(await publish(platform, PLATFORM)).toBe('done');
    expect(await publish(both, PLATFORM, '2.0.0')).toBe('done');
    expect(await publish(admin, { org: 'contoso' }, '3.0.0')).toBe(`ConflictError: ${MISMATCH}`);
  });

  it('judges the claims before it looks for a managed source, and its claims before what is stored', async () => {
    await publish(platform, PLATFORM);
    const outsider = callerWith({ org: 'contoso' });

    expect(await publish(outsider, { org: 'contoso' })).toBe(`ForbiddenError: ${NOT_COVERED}`);
    await db.runner.query('UPDATE source SET claims = NULL');
    expect(await publish(platform, PLATFORM)).toBe(`ForbiddenError: ${UNCLAIMED}`);
    await db.runner.query('DELETE FROM source');
    expect(await publish(platform, SHARED)).toBe(`ForbiddenError: ${NOT_COVERED}`);
    expect(await publish(platform, PLATFORM)).toBe('ConflictError: no managed source available for publishing');
  });

  it('judges the document before the claims', async () => {
    const publishing = service.publish(platform, { server: { name: 'plain', version: '1' }, claims: { org: 'x' } });

    await expect(publishing).rejects.toThrow(InvalidInputError);
  });

  it('lets delete who sees the entry', async () => {
    await publish(both, SHARED);

    const outsider = callerWith({ org: 'contoso' });
    for (const version of ['1.0.0', '9.9.9']) {
      expect(await outcome(service.deleteVersion(outsider, path, version))).toBe(`ForbiddenError: ${NOT_COVERED}`);
    }
    await expect(service.deleteVersion(data, path, '9.9.9')).rejects.toThrow(NotFoundError);
    await service.deleteVersion(data, path, '1.0.0');
    expect(await versions()).toEqual([]);
  });

  it('shows claims to who sees the entry', async () => {
    await publish(platform, PLATFORM);

    expect(await service.getClaims(platform, path)).toEqual(PLATFORM);
    expect(await service.getClaims(admin, path)).toEqual(PLATFORM);
    await expect(service.getClaims(data, path)).rejects.toThrow(ForbiddenError);
    await expect(service.getClaims(platform, { ...path, name: 'io.example/none' })).rejects.toThrow(NotFoundError);
  });

  it('lets change claims who sees the old ones and holds the new ones, which are judged first', async () => {
    await publish(data, { org: 'acme', team: 'data' });
    const change = (caller: Caller, claims: Record<string, unknown>, name = 'io.example/a') =>
      outcome(service.replaceClaims(caller, { type: 'server', name }, claims));

    expect(await change(platform, PLATFORM)).toBe(`ForbiddenError: ${NOT_COVERED}`);
    expect(await change(data, SHARED)).toBe(`ForbiddenError: ${NOT_COVERED}`);
    expect(await change(data, {})).toBe(`ForbiddenError: ${UNCLAIMED}`);
    expect(await change(platform, SHARED, 'io.example/none')).toBe(`ForbiddenError: ${NOT_COVERED}`);
    expect(await change(platform, PLATFORM, 'io.example/none')).toBe('NotFoundError: not found: io.example/none');
    expect(await change(data, { org: 'acme' })).toBe('done');
    expect(await service.getClaims(platform, path)).toEqual({ org: 'acme' });
  });

  it('closes an entry whose claims a super-admin removed to everybody else', async () => {
    await publish(platform, PLATFORM);

    await service.replaceClaims(admin, path, {});

    expect(await service.getClaims(admin, path)).toEqual({});
    expect(await outcome(service.getClaims(platform, path))).toBe(`ForbiddenError: ${UNCLAIMED}`);
  });
});
