import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { InvalidInputError } from '../../src/common/errors.js';
import type { PutSourceRequest } from '../../src/sources/dto/put-source.request.js';
import { newRegistryDocument, newServer, newSkill } from '../factories/documents.js';
import { createAdministration, type Administration } from '../harness/administration.js';
import { newDocument } from '../harness/entries.js';

const HOURLY = { syncPolicy: { interval: '1h' } };
const FILE: PutSourceRequest = { file: { path: '/a.json' }, ...HOURLY };
const inline = (...servers: object[]): PutSourceRequest => ({
  file: { data: JSON.stringify(newRegistryDocument({ servers })) },
});

let admin: Administration;
let count = 0;

/** A name of a test's own. */
function newName(): string {
  return `s-${++count}`;
}

async function idOf(name: string): Promise<number> {
  const [row] = await admin.db.runner.query<{ id: number }>('SELECT id FROM source WHERE name = $1', [name]);
  return row!.id;
}

/** Stores a server version in a source, as a pass does, and says that the source is up to date. */
async function fill(name: string, claims: Record<string, string> | null = null): Promise<number> {
  const id = await idOf(name);
  await admin.db.runner.run((tx) => admin.entries.replaceAll(tx, id, [newDocument()], claims));
  await admin.db.runner.query(
    "UPDATE sync_status SET phase = 'complete', ended_at = now(), due_at = now() + interval '1 hour' WHERE source_id = $1",
    [id],
  );
  return id;
}

async function isDue(id: number): Promise<boolean> {
  const [row] = await admin.db.runner.query<{ due: boolean | null }>(
    'SELECT due_at <= now() AS due FROM sync_status WHERE source_id = $1',
    [id],
  );
  return row!.due === true;
}

const entryClaims = async (name: string) =>
  (await admin.sources.listEntries(undefined, name)).entries.map(({ claims }) => claims);
const entryNames = async (name: string) =>
  (await admin.sources.listEntries(undefined, name)).entries.map((entry) => entry.name);

beforeAll(async () => {
  admin = await createAdministration();
});
afterAll(() => admin.close());

describe('SourcesService', () => {
  describe('put', () => {
    it('creates a source that is synchronised as failed, without a pass, and due', async () => {
      const name = newName();

      const { isNew, source } = await admin.sources.put(undefined, name, { ...FILE, claims: { team: 'x' } });

      expect(isNew).toBe(true);
      expect(source).toEqual({
        name,
        type: 'file',
        creationType: 'API',
        sourceType: 'file',
        sourceConfig: { path: '/a.json' },
        syncSchedule: '1h0m0s',
        claims: { team: 'x' },
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        updatedAt: source.createdAt,
      });
      expect((await admin.sources.get(undefined, name)).syncStatus).toEqual({
        phase: 'failed',
        attemptCount: 0,
        serverCount: 0,
        skillCount: 0,
        pluginCount: 0,
        message: 'No previous sync status found',
      });
      expect(await isDue(await idOf(name))).toBe(true);
    });

    it('creates a kubernetes source as complete and never due', async () => {
      const name = newName();

      await admin.sources.put(undefined, name, { kubernetes: {} });

      const { syncStatus, sourceConfig, ...rest } = await admin.sources.get(undefined, name);
      expect(sourceConfig).toEqual({ Namespaces: null });
      expect(syncStatus).toMatchObject({ phase: 'complete', message: 'Non-synced registry (type: kubernetes)' });
      expect('syncSchedule' in rest).toBe(false);
      expect(await isDue(await idOf(name))).toBe(false);
    });

    it('replaces everything but the time of creation', async () => {
      const name = newName();
      const before = await admin.sources.put(undefined, name, {
        file: { url: 'https://h.example/a', timeout: '5s' },
        syncPolicy: { interval: '1h', onInvalidEntry: 'skip' },
        format: 'toolhive',
        filter: { names: { include: ['io.*'] } },
        claims: { team: 'x' },
      });

      const after = await admin.sources.put(undefined, name, { file: { url: 'https://h.example/b' }, ...HOURLY });

      expect(before.source).toMatchObject({
        format: 'toolhive',
        filterConfig: { names: { include: ['io.*'] } },
        onInvalidEntry: 'skip',
      });
      expect(after.isNew).toBe(false);
      expect(after.source).toEqual({
        name,
        type: 'file',
        creationType: 'API',
        sourceType: 'file',
        sourceConfig: { url: 'https://h.example/b' },
        syncSchedule: '1h0m0s',
        createdAt: before.source.createdAt,
        updatedAt: expect.any(String),
      });
      expect(after.source.updatedAt > before.source.updatedAt).toBe(true);
    });

    it.each<[string, PutSourceRequest, boolean]>([
      ['nothing', FILE, false],
      ['another path', { ...FILE, file: { path: '/b.json' } }, true],
      ['a filter', { ...FILE, filter: { tags: { include: ['x'] } } }, true],
      ['a format', { ...FILE, format: 'upstream' }, true],
      ['a policy', { ...FILE, syncPolicy: { interval: '1h', onInvalidEntry: 'skip' } }, true],
      ['claims', { ...FILE, claims: { team: 'y' } }, false],
      ['a longer interval', { ...FILE, syncPolicy: { interval: '2h' } }, false],
    ])('of %s makes the source due at once: %#', async (_what, change, expected) => {
      const name = newName();
      await admin.sources.put(undefined, name, FILE);
      const id = await fill(name);

      await admin.sources.put(undefined, name, change);

      expect(await isDue(id)).toBe(expected);
      expect(await entryNames(name)).toEqual(['io.example/a']);
      expect((await admin.sources.get(undefined, name)).syncStatus?.phase).toBe('complete');
    });

    it('passes changed claims on to the entries at once', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, { ...FILE, claims: { team: 'x' } });
      await fill(name, { team: 'x' });

      await admin.sources.put(undefined, name, { ...FILE, claims: { team: ['y', 'z'] } });

      expect(await entryClaims(name)).toEqual([{ team: ['y', 'z'] }]);
    });

    it('leaves the claims of published entries alone', async () => {
      const own = await createAdministration();
      onTestFinished(() => own.close());
      await own.sources.put(undefined, 'mine', { managed: {}, claims: { team: 'x' } });
      const [{ id } = { id: 0 }] = await own.db.runner.query<{ id: number }>('SELECT id FROM source');
      await own.db.runner.run((tx) => own.entries.publish(tx, id, newDocument(), { team: 'private' }));

      await own.sources.put(undefined, 'mine', { managed: {}, claims: { team: 'y' } });

      const { entries } = await own.sources.listEntries(undefined, 'mine');
      expect(entries.map(({ claims }) => claims)).toEqual([{ team: 'private' }]);
    });

    it('tells the change feed before it answers', async () => {
      const seen: string[] = [];
      const name = newName();
      const unsubscribe = admin.db.changeFeed.subscribe(async () => {
        const rows = await admin.db.runner.query<{ name: string }>('SELECT name FROM source WHERE name = $1', [name]);
        seen.push(...rows.map((row) => row.name));
      });
      onTestFinished(unsubscribe);

      await admin.sources.put(undefined, name, FILE);

      expect(seen).toContain(name);
    });

    it.each<[string, string, PutSourceRequest, string]>([
      ['an invalid body', 'Bad_Name', {}, 'one of git, api, file, managed, or kubernetes must be specified'],
      ['a bad name of a new source', 'Bad_Name', FILE, "name 'Bad_Name' must be a valid DNS subdomain"],
      [
        'a placeholder for a password in a new source',
        'fresh',
        { git: { repository: 'https://b:***@h/r' }, ...HOURLY },
        'git.repository: the password "***" stands for none',
      ],
      ['broken inline data', 'fresh', { file: { data: '{' } }, 'file.data: registry schema validation failed'],
      ['invalid inline data', 'fresh', inline(newServer({ description: 5 })), 'file.data: registry schema validation'],
    ])('refuses %s', async (_what, name, body, message) => {
      await expect(admin.sources.put(undefined, name, body)).rejects.toThrow(
        `invalid source configuration: ${message}`,
      );
      await expect(admin.sources.get(undefined, name)).rejects.toThrow(`source not found: ${name}`);
    });

    it('refuses to change the kind, and the kind of a file', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, FILE);

      await expect(admin.sources.put(undefined, name, { managed: {} })).rejects.toThrow(
        new InvalidInputError(
          "changing source type is not allowed: cannot change from 'file' to 'managed', delete and recreate the source instead",
        ),
      );
      await expect(admin.sources.put(undefined, name, inline(newServer()))).rejects.toThrow(
        new InvalidInputError(
          "invalid source configuration: cannot change file source type from 'path' to 'data', delete and recreate the source instead",
        ),
      );
    });

    it('lets an old source with another name be updated', async () => {
      await admin.db.runner.query(
        `INSERT INTO source (name, kind, creation_type, settings, sync_interval_microseconds)
         VALUES ('Old_Name', 'file', 'API', '{"path": "/a"}', 1000000)`,
      );

      const { isNew } = await admin.sources.put(undefined, 'Old_Name', FILE);

      expect(isNew).toBe(false);
    });

    it('does not give another lease away, but takes back that of a pass with the old settings', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, FILE);
      const claimed = await admin.sync.leases.claimOne(await idOf(name), 60_000);

      await admin.sources.put(undefined, name, FILE);
      expect(await admin.sync.leases.renew([claimed!.lease], 60_000)).toEqual(new Set([claimed!.lease]));
      await admin.sources.put(undefined, name, { ...FILE, file: { path: '/b.json' } });

      expect(await admin.sync.leases.renew([claimed!.lease], 60_000)).toEqual(new Set());
    });
  });

  describe('inline data', () => {
    it('is there when the put is answered, counted and filtered', async () => {
      const name = newName();
      const data = JSON.stringify(
        newRegistryDocument({ servers: [newServer(), newServer({ name: 'io.other/b' })], skills: [newSkill()] }),
      );
      const body: PutSourceRequest = {
        file: { data },
        filter: { names: { include: ['io.example/*'] } },
        claims: { team: 'x' },
      };

      await admin.sources.put(undefined, name, body);

      const { sourceConfig, syncStatus } = await admin.sources.get(undefined, name);
      expect(sourceConfig).toEqual({ data });
      expect(syncStatus).toMatchObject({ phase: 'complete', serverCount: 1, skillCount: 1, pluginCount: 0 });
      expect(await entryNames(name)).toEqual(['io.example/server', 'skill-one']);
      expect(await entryClaims(name)).toEqual([{ team: 'x' }, { team: 'x' }]);
      expect(await isDue(await idOf(name))).toBe(false);
    });

    it('is replaced with its claims', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, { ...inline(newServer()), claims: { team: 'x' } });

      await admin.sources.put(undefined, name, inline(newServer({ name: 'io.example/c' })));

      expect(await entryNames(name)).toEqual(['io.example/c']);
      expect(await entryClaims(name)).toEqual([undefined]);
    });

    it('may be empty', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, inline(newServer()));

      await admin.sources.put(undefined, name, inline());

      expect(await entryNames(name)).toEqual([]);
      expect((await admin.sources.get(undefined, name)).syncStatus).toMatchObject({
        phase: 'complete',
        serverCount: 0,
      });
    });

    it('keeps the old content when the new one is refused', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, inline(newServer()));

      await expect(admin.sources.put(undefined, name, inline(newServer({ description: 5 })))).rejects.toThrow(
        'file.data',
      );

      expect(await entryNames(name)).toEqual(['io.example/server']);
    });
  });

  describe('secrets', () => {
    it('are masked in every answer, kept in the database, and kept when they come back masked', async () => {
      const name = newName();
      const git = (repository: string): PutSourceRequest => ({ git: { repository }, ...HOURLY });
      const { source } = await admin.sources.put(undefined, name, git('https://bot:hunter2@h.example/r.git'));
      expect(source.sourceConfig).toEqual({ repository: 'https://bot:***@h.example/r.git' });

      await admin.sources.put(undefined, name, git('https://bot:***@h.example/moved.git'));

      const [row] = await admin.db.runner.query('SELECT settings FROM source WHERE name = $1', [name]);
      expect(row).toEqual({ settings: { repository: 'https://bot:hunter2@h.example/moved.git' } });
      const shown = JSON.stringify(await admin.sources.get(undefined, name));
      expect(shown).not.toContain('hunter2');
      await expect(admin.sources.put(undefined, name, git('https://bot:***@evil.example/r.git'))).rejects.toThrow(
        'stands for none',
      );
    });

    it('of an api source are stored and never shown; a replacement without them removes them', async () => {
      const name = newName();
      const api = { endpoint: 'https://h.example', auth: { bearerTokenFile: '/secrets/token' } };
      const { source } = await admin.sources.put(undefined, name, { api, ...HOURLY });
      expect(source.sourceConfig).toEqual({ endpoint: 'https://h.example' });
      const stored = () => admin.db.runner.query('SELECT settings FROM source WHERE name = $1', [name]);
      expect(await stored()).toEqual([{ settings: api }]);

      await admin.sources.put(undefined, name, { api: { endpoint: 'https://h.example' }, ...HOURLY });

      expect(await stored()).toEqual([{ settings: { endpoint: 'https://h.example' } }]);
    });
  });

  describe('delete', () => {
    it('removes entries, status and all, also while a pass is under way', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, FILE);
      const id = await fill(name);
      const claimed = await admin.sync.leases.claimOne(id, 60_000);

      await admin.sources.delete(undefined, name);

      await expect(admin.sources.get(undefined, name)).rejects.toThrow(`source not found: ${name}`);
      const rows = await admin.db.runner.query('SELECT 1 FROM entry WHERE source_id = $1', [id]);
      expect(rows).toEqual([]);
      await expect(admin.db.runner.run((tx) => admin.sync.leases.lock(tx, claimed!))).rejects.toThrow('source changed');
    });

    it('is refused while registries list the source', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, FILE);
      await admin.registries.put(undefined, `a-${name}`, { sources: [name] });
      await admin.registries.put(undefined, `b-${name}`, { sources: [name] });

      await expect(admin.sources.delete(undefined, name)).rejects.toThrow(
        `source is referenced by one or more registries: ${name} is referenced by 2 registry(ies)`,
      );
    });

    it('is refused for an unknown source', async () => {
      await expect(admin.sources.delete(undefined, 'nope')).rejects.toThrow('source not found: nope');
    });
  });

  describe('synchronisation on demand', () => {
    it('claims the source; a second time conflicts', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, FILE);
      await admin.sync.leases.claimOne(await idOf(name), 60_000);

      await expect(admin.sources.startSync(undefined, name)).rejects.toThrow('already running');
    });

    it('tries a pass and says what it would change', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, { file: { path: '/no/such/file.json' }, ...HOURLY });

      await expect(admin.sources.dryRun(undefined, name, new AbortController().signal)).rejects.toThrow(
        'file not found: /no/such/file.json',
      );
    });

    it('is refused for sources that are not synchronised, and for unknown ones', async () => {
      const name = newName();
      await admin.sources.put(undefined, name, inline(newServer()));

      await expect(admin.sources.startSync(undefined, name)).rejects.toThrow(InvalidInputError);
      await expect(admin.sources.startSync(undefined, 'nope')).rejects.toThrow('source not found: nope');
    });
  });

  it('lists the oldest first, then by name', async () => {
    const own = await createAdministration();
    onTestFinished(() => own.close());
    for (const name of ['c', 'a', 'b']) await own.sources.put(undefined, name, FILE);
    await own.db.runner.query("UPDATE source SET created_at = '2020-01-01' WHERE name IN ('b', 'a')");

    const { sources } = await own.sources.list(undefined);

    expect(sources.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(sources.every(({ syncStatus }) => syncStatus?.phase === 'failed')).toBe(true);
  });

  it('lists entries by name, versions as texts, whatever their kind', async () => {
    const name = newName();
    await admin.sources.put(undefined, name, FILE);
    const id = await idOf(name);
    const documents = [
      newDocument({ kind: 'skill', name: 'z' }),
      newDocument({ name: 'io.b/b', version: '2.0.0' }),
      newDocument({ name: 'io.b/b', version: '10.0.0' }),
      newDocument({ name: 'io.B/b', title: 'T' }),
    ];
    await admin.db.runner.run((tx) => admin.entries.replaceAll(tx, id, documents, null));

    const { entries } = await admin.sources.listEntries(undefined, name);

    expect(entries.map((entry) => [entry.entryType, entry.name, entry.versions.map(({ version }) => version)])).toEqual(
      [
        ['MCP', 'io.B/b', ['1.0.0']],
        ['MCP', 'io.b/b', ['10.0.0', '2.0.0']],
        ['SKILL', 'z', ['1.0.0']],
      ],
    );
    expect(entries[0]?.versions[0]?.title).toBe('T');
  });
});
