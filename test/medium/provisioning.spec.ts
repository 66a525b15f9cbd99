import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryDefinition, SourceDefinition } from '../../src/config/config.js';
import { ProvisioningError } from '../../src/provisioning/provisioning-error.js';
import { createAdministration, type Administration } from '../harness/administration.js';
import { newDocument } from '../harness/entries.js';

const DAY_MS = 86_400_000;

function file(name: string, overrides: Partial<SourceDefinition> = {}): SourceDefinition {
  return {
    name,
    settings: { kind: 'file', file: { path: `/${name}.json` } },
    intervalMicroseconds: 3600e6,
    ...overrides,
  };
}

function managed(name: string, overrides: Partial<SourceDefinition> = {}): SourceDefinition {
  return { name, settings: { kind: 'managed', managed: {} }, ...overrides };
}

function registry(name: string, sources: string[], overrides: Partial<RegistryDefinition> = {}): RegistryDefinition {
  return { name, sources, access: 'private', ...overrides };
}

let admin: Administration;
beforeEach(async () => {
  admin = await createAdministration();
});
afterEach(() => admin.close());

async function idOf(name: string): Promise<number> {
  const [row] = await admin.db.runner.query<{ id: number }>('SELECT id FROM source WHERE name = $1', [name]);
  return row!.id;
}

/** Stores entries in a synchronised source, and says that it is up to date. */
async function fill(name: string, claims: Record<string, string> | null = null): Promise<void> {
  const id = await idOf(name);
  await admin.db.runner.run((tx) => admin.entries.replaceAll(tx, id, [newDocument()], claims));
  await admin.db.runner.query(
    `UPDATE sync_status SET phase = 'complete', ended_at = now(), due_at = now() + interval '1 hour', server_count = 1
     WHERE source_id = $1`,
    [id],
  );
}

async function publish(name: string, claims: Record<string, string> | null = null): Promise<void> {
  const id = await idOf(name);
  await admin.db.runner.run((tx) => admin.entries.publish(tx, id, newDocument({ name: 'io.x/published' }), claims));
}

async function isDue(name: string): Promise<boolean> {
  const rows = await admin.db.runner.query<{ due: boolean | null }>(
    'SELECT due_at <= now() AS due FROM sync_status WHERE source_id = $1',
    [await idOf(name)],
  );
  return rows[0]!.due === true;
}

const sources = async () =>
  (await admin.sources.list(undefined)).sources.map((source) => `${source.name}:${source.creationType}`).toSorted();
const registries = async () =>
  (await admin.registries.list(undefined)).registries.map((each) => `${each.name}:${each.creationType}`);
const entries = async (name: string) =>
  (await admin.sources.listEntries(undefined, name)).entries.map((entry) => [entry.name, entry.claims]);

/** Everything that applying a file may write, for comparing before with after. */
async function everything(): Promise<unknown> {
  return Promise.all([
    admin.sources.list(undefined),
    admin.registries.list(undefined),
    admin.db.runner.query('SELECT id, name, revision, retired_at FROM source ORDER BY id'),
    admin.db.runner.query('SELECT * FROM sync_status ORDER BY source_id'),
  ]);
}

const withoutTimes = <T extends { updatedAt: string }>({ updatedAt: _updatedAt, ...rest }: T) => rest;

describe('ProvisioningService', () => {
  it('creates what is new: synchronised sources due, the others complete', async () => {
    await admin.apply(
      [
        file('a', { claims: { team: 'x' }, filter: { names: { include: ['*'] } }, onInvalidEntry: 'skip' }),
        managed('mine'),
        { name: 'k8s', settings: { kind: 'kubernetes', kubernetes: { namespaces: ['n'] } } },
      ],
      [registry('default', ['mine', 'a'], { claims: { team: 'x' } }), registry('open', ['a'], { access: 'public' })],
    );

    expect(await sources()).toEqual(['a:CONFIG', 'k8s:CONFIG', 'mine:CONFIG']);
    expect(await admin.sources.get(undefined, 'a')).toMatchObject({
      sourceConfig: { path: '/a.json' },
      syncSchedule: '1h0m0s',
      claims: { team: 'x' },
      filterConfig: { names: { include: ['*'] } },
      onInvalidEntry: 'skip',
      syncStatus: { phase: 'failed', message: 'No previous sync status found' },
    });
    expect(await isDue('a')).toBe(true);
    expect((await admin.sources.get(undefined, 'mine')).syncStatus).toMatchObject({
      phase: 'complete',
      message: 'Non-synced source (type: managed)',
    });
    expect(await admin.registries.get(undefined, 'default')).toMatchObject({
      sources: ['mine', 'a'],
      claims: { team: 'x' },
      creationType: 'CONFIG',
    });
    expect((await admin.registries.get(undefined, 'open')).access).toBe('public');
  });

  it('changes nothing but the time of writing when the content is the same', async () => {
    const definitions = [file('a', { claims: { team: 'x' } }), managed('mine')];
    const lists = [registry('default', ['a', 'mine'])];
    await admin.apply(definitions, lists);
    await fill('a', { team: 'x' });
    const before = (await everything()) as [{ sources: never[] }, { registries: never[] }, unknown, unknown];

    await admin.apply(definitions, lists);

    const after = (await everything()) as typeof before;
    expect(after[0].sources.map(withoutTimes)).toEqual(before[0].sources.map(withoutTimes));
    expect(after[1].registries.map(withoutTimes)).toEqual(before[1].registries.map(withoutTimes));
    expect(after.slice(2)).toEqual(before.slice(2));
    expect(after[0]).not.toEqual(before[0]);
  });

  it.each<[string, Partial<SourceDefinition>, boolean]>([
    ['another path', { settings: { kind: 'file', file: { path: '/b.json' } } }, true],
    ['another kind', { settings: { kind: 'git', git: { repository: '/r' } } }, true],
    ['a filter', { filter: { names: { exclude: ['io.*'] } } }, true],
    ['a longer interval', { intervalMicroseconds: 7200e6 }, false],
    ['claims', { claims: { team: 'x' } }, false],
  ])('of %s makes a source due at once: %#', async (_what, change, expected) => {
    await admin.apply([file('a')]);
    await fill('a');
    const before = await admin.sources.get(undefined, 'a');

    await admin.apply([file('a', change)]);

    expect(await isDue('a')).toBe(expected);
    const after = await admin.sources.get(undefined, 'a');
    expect([after.createdAt, after.syncStatus]).toEqual([before.createdAt, before.syncStatus]);
    expect((await entries('a')).map(([name]) => name)).toEqual(['io.example/a']);
  });

  it('tells nothing of entries that were left out when a source becomes one that is not synchronised', async () => {
    await admin.apply([file('a')]);
    await fill('a');
    await admin.db.runner.query(
      `UPDATE sync_status SET rejected_count = 1, rejected_entries = '[{"name":"x","version":"","path":"","reason":""}]'`,
    );

    await admin.apply([managed('a')]);

    const { syncStatus } = await admin.sources.get(undefined, 'a');
    expect(syncStatus).toMatchObject({ phase: 'complete', serverCount: 1 });
    expect(syncStatus).not.toHaveProperty('rejected');
  });

  it('makes a managed source that becomes a synchronised one due at once, and keeps what was published until then', async () => {
    await admin.apply([managed('a', { claims: { team: 'x' } })]);
    await publish('a', { team: 'private' });

    await admin.apply([file('a', { claims: { team: 'y' } })]);

    expect(await isDue('a')).toBe(true);
    expect(await entries('a')).toEqual([['io.x/published', { team: 'private' }]]);
  });

  it('makes a synchronised source that becomes managed complete and never due', async () => {
    await admin.apply([file('a')]);
    await fill('a');

    await admin.apply([managed('a')]);

    expect(await isDue('a')).toBe(false);
    const { syncStatus, syncSchedule } = await admin.sources.get(undefined, 'a');
    expect(syncStatus).toMatchObject({ phase: 'complete', message: 'Non-synced source (type: managed)' });
    expect(syncSchedule).toBeUndefined();
    expect((await entries('a')).map(([name]) => name)).toEqual(['io.example/a']);
  });

  it('passes changed claims on to the entries of synchronised sources, never to published ones', async () => {
    await admin.apply([file('a', { claims: { team: 'x' } }), managed('mine', { claims: { org: 'acme' } })]);
    await fill('a', { team: 'x' });
    await publish('mine', { team: 'private' });

    await admin.apply([file('a', { claims: { team: 'y' } }), managed('mine')]);

    expect(await entries('a')).toEqual([['io.example/a', { team: 'y' }]]);
    expect(await entries('mine')).toEqual([['io.x/published', { team: 'private' }]]);
  });

  it('removes what is no longer in the file, and nothing of the API', async () => {
    await admin.apply([file('a'), file('b')], [registry('default', ['a', 'b']), registry('second', ['b'])]);
    await fill('b');
    await admin.sources.put(undefined, 'api', { kubernetes: {} });
    await admin.registries.put(undefined, 'api', { sources: ['api', 'a'] });

    await admin.apply([file('a'), file('c')], [registry('default', ['c', 'a'])]);

    expect(await sources()).toEqual(['a:CONFIG', 'api:API', 'c:CONFIG']);
    expect(await registries()).toEqual(['api:API', 'default:CONFIG']);
    expect((await admin.registries.get(undefined, 'default')).sources).toEqual(['c', 'a']);
    expect((await admin.registries.get(undefined, 'api')).sources).toEqual(['api', 'a']);
    expect(await admin.db.runner.query('SELECT 1 FROM entry')).toEqual([]);
  });

  it('lets one managed source take the place of another, also by exchanging kinds', async () => {
    await admin.apply([managed('a'), file('b')]);

    await admin.apply([file('a'), managed('b')]);
    await admin.apply([managed('c'), file('a')]);

    expect(await sources()).toEqual(['a:CONFIG', 'c:CONFIG']);
  });

  describe('on a conflict', () => {
    beforeEach(async () => {
      await admin.apply([file('keep'), file('used')], [registry('default', ['keep'])]);
      await admin.sources.put(undefined, 'api-src', { kubernetes: {} });
      await admin.sources.put(undefined, 'pool', { managed: {} });
      await admin.registries.put(undefined, 'api-reg', { sources: ['api-src', 'used'] });
    });

    it.each<[string, SourceDefinition[], RegistryDefinition[], string[]]>([
      ['a source name', [file('keep'), file('used'), file('api-src')], [], ['API-created sources', 'api-src']],
      ['a managed source', [file('keep'), file('used'), managed('mine')], [], ['mine', 'pool']],
      ['a reference', [file('keep', { claims: { team: 'new' } })], [], ['used', 'api-reg']],
      ['a registry name', [file('keep'), file('used')], [registry('api-reg', ['keep'])], ['api-reg']],
    ])('over %s names the resources and changes nothing', async (_what, wanted, lists, names) => {
      const before = await everything();

      const attempt = admin.apply(wanted, [registry('default', ['keep']), ...lists]);

      await expect(attempt).rejects.toThrow(ProvisioningError);
      await attempt.catch((error: Error) => {
        for (const name of names) expect(error.message).toContain(name);
      });
      expect(await everything()).toEqual(before);
    });
  });

  it('of several replicas at once comes to one result', async () => {
    const definitions = Array.from({ length: 8 }, (_, i) => file(`s${i}`));
    const names = definitions.map(({ name }) => name);

    await Promise.all(
      Array.from({ length: 5 }, () => admin.apply([...definitions, managed('mine')], [registry('default', names)])),
    );

    expect(await sources()).toEqual(['mine:CONFIG', ...names.map((name) => `${name}:CONFIG`)]);
    expect((await admin.registries.get(undefined, 'default')).sources).toEqual(names);
  });

  it('does not get in the way of the API at the same time', async () => {
    const put = (i: number) => admin.sources.put(undefined, `api-${i}`, { kubernetes: {} });
    const list = (i: number) => admin.registries.put(undefined, `api-${i}`, { sources: ['a'] });
    await admin.apply([file('a')]);

    await Promise.all([
      ...Array.from({ length: 3 }, () => admin.apply([file('a')], [registry('default', ['a'])])),
      ...Array.from({ length: 6 }, (_, i) => (i % 2 ? put(i) : list(i))),
    ]);

    expect(await registries()).toEqual(['api-0:API', 'api-2:API', 'api-4:API', 'default:CONFIG']);
  });

  it('tells the change feed before it resolves', async () => {
    let told = 0;
    admin.db.changeFeed.subscribe(async () => void told++);

    await admin.apply([file('a')]);

    expect(told).toBeGreaterThan(0);
  });

  describe('of a managed source that leaves the file', () => {
    beforeEach(async () => {
      await admin.apply([managed('mine'), file('a')], [registry('default', ['mine'])]);
      await publish('mine', { team: 'private' });
    });

    const retired = () => admin.db.runner.query('SELECT id FROM source WHERE retired_at IS NOT NULL');

    /** Moves all retirements into the past. */
    async function age(ms: number): Promise<void> {
      await admin.db.runner.query("UPDATE source SET retired_at = retired_at - $1 * interval '1 millisecond'", [ms]);
    }

    it('hides the published entries and gives them back when it returns', async () => {
      await admin.apply([file('a')], [registry('default', ['a'])]);
      expect(await sources()).toEqual(['a:CONFIG']);
      await expect(admin.sources.get(undefined, 'mine')).rejects.toThrow('source not found: mine');
      await expect(admin.registries.put(undefined, 'r', { sources: ['mine'] })).rejects.toThrow('source not found');

      await admin.apply([managed('mine', { claims: { org: 'acme' } })], [registry('default', ['mine'])]);

      expect(await entries('mine')).toEqual([['io.x/published', { team: 'private' }]]);
      expect((await admin.sources.get(undefined, 'mine')).claims).toEqual({ org: 'acme' });
      expect(await retired()).toEqual([]);
    });

    it('leaves its name and its place to others meanwhile', async () => {
      await admin.apply([managed('mien'), file('a')]);
      await admin.sources.put(undefined, 'mine', { kubernetes: {} });
      await admin.sources.delete(undefined, 'mine');

      await admin.apply([managed('mine'), file('a')]);

      expect(await entries('mine')).toEqual([['io.x/published', { team: 'private' }]]);
      expect(await sources()).toEqual(['a:CONFIG', 'mine:CONFIG']);
    });

    it('gives back nothing to a source of another name, or of another kind', async () => {
      await admin.apply([file('a')]);

      await admin.apply([file('mine'), managed('other')]);

      expect(await entries('mine')).toEqual([]);
      expect(await entries('other')).toEqual([]);
    });

    it('gives them back again and again', async () => {
      for (let round = 0; round < 2; round++) {
        await admin.apply([file('a')]);
        await admin.apply([managed('mine'), file('a')]);
      }

      expect((await entries('mine')).map(([name]) => name)).toEqual(['io.x/published']);
    });

    it('deletes them for good after the retention, also when it returns in that moment', async () => {
      await admin.apply([file('a')], [], DAY_MS);
      await age(DAY_MS + 1000);

      await admin.apply([managed('mine'), file('a')], [], DAY_MS);

      expect(await entries('mine')).toEqual([]);
      expect(await retired()).toEqual([]);
      expect(await admin.db.runner.query('SELECT 1 FROM entry')).toEqual([]);
    });

    it('keeps them until then', async () => {
      await admin.apply([file('a')], [], DAY_MS);
      await age(DAY_MS - 60_000);
      await admin.provisioning.purgeRetired(DAY_MS);
      expect(await retired()).toHaveLength(1);

      await age(61_000);
      await admin.provisioning.purgeRetired(DAY_MS);

      expect(await retired()).toEqual([]);
    });

    it('keeps nothing of one in which nothing was published', async () => {
      const [row] = await admin.db.runner.query<{ id: number }>('SELECT id FROM entry');
      const id = await idOf('mine');
      await admin.db.runner.run((tx) => admin.entries.deleteVersion(tx, id, row!.id, '1.0.0'));

      await admin.apply([file('a')]);

      expect(await retired()).toEqual([]);
    });
  });
});
