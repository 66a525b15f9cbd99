import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/common/errors.js';
import { createAdministration, newCaller, type Administration } from '../harness/administration.js';
import { newDocument } from '../harness/entries.js';

const file = (name: string) => ({
  name,
  settings: { kind: 'file', file: { path: '/a.json' } } as const,
  intervalMicroseconds: 3600e6,
});

let admin: Administration;
let count = 0;

/** A name of a test's own. */
function newName(): string {
  return `r-${++count}`;
}

beforeAll(async () => {
  admin = await createAdministration();
  await admin.apply([file('one'), file('two')], [{ name: 'default', sources: ['one', 'two'], access: 'private' }]);
  const ids = await admin.db.runner.query<{ id: number }>('SELECT id FROM source ORDER BY name');
  const documents = [
    [newDocument({ name: 'io.x/a', version: '10.0.0', title: 'A' }), newDocument({ name: 'io.x/a', version: '2.0.0' })],
    [newDocument({ name: 'io.x/a', version: '2.0.0' }), newDocument({ kind: 'skill', name: 'b' })],
  ];
  for (const [index, list] of documents.entries()) {
    await admin.db.runner.run((tx) => admin.entries.replaceAll(tx, ids[index]!.id, list, null));
  }
});
afterAll(() => admin.close());

describe('RegistriesService', () => {
  it('creates, replaces completely and deletes', async () => {
    const name = newName();
    const created = await admin.registries.put(undefined, name, {
      sources: ['two', 'one'],
      claims: { team: ['a'] },
      access: 'public',
    });
    expect(created).toEqual({
      isNew: true,
      registry: {
        name,
        claims: { team: ['a'] },
        access: 'public',
        creationType: 'API',
        sources: ['two', 'one'],
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        updatedAt: created.registry.createdAt,
      },
    });

    const replaced = await admin.registries.put(undefined, name, { sources: ['one'] });

    expect(replaced).toEqual({
      isNew: false,
      registry: {
        name,
        creationType: 'API',
        sources: ['one'],
        createdAt: created.registry.createdAt,
        updatedAt: expect.any(String),
      },
    });
    expect(replaced.registry.updatedAt > created.registry.updatedAt).toBe(true);
    expect(await admin.registries.get(undefined, name)).toEqual(replaced.registry);

    await admin.registries.delete(undefined, name);
    await expect(admin.registries.get(undefined, name)).rejects.toThrow(`registry not found: ${name}`);
  });

  it('names the first source that does not exist and changes nothing', async () => {
    const name = newName();
    await admin.registries.put(undefined, name, { sources: ['one'] });

    await expect(admin.registries.put(undefined, name, { sources: ['two', 'nope', 'nada'] })).rejects.toThrow(
      new InvalidInputError('source not found: nope'),
    );

    expect((await admin.registries.get(undefined, name)).sources).toEqual(['one']);
  });

  it('judges the name of a new registry before its sources', async () => {
    await expect(admin.registries.put(undefined, 'a/b', { sources: ['nope'] })).rejects.toThrow(
      'invalid registry configuration: name "a/b"',
    );
  });

  it('does not touch what the configuration file made', async () => {
    const message = 'cannot modify config-created registry via API: default';

    await expect(admin.registries.put(undefined, 'default', { sources: ['nope'] })).rejects.toThrow(message);
    await expect(admin.registries.delete(undefined, 'default')).rejects.toThrow(message);
    await expect(admin.registries.put(undefined, 'default', {})).rejects.toThrow('at least one source is required');
  });

  it('lists by name, in the order of code points', async () => {
    for (const name of ['Zed', 'zed', 'équipe']) await admin.registries.put(undefined, name, { sources: ['one'] });

    const { registries } = await admin.registries.list(undefined);

    const names = registries.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(names[0]).toBe('Zed');
  });

  it('lists every version of every source: by name, version as text, position', async () => {
    const { entries } = await admin.registries.listEntries(undefined, 'default');

    expect(
      entries.map((entry) => [entry.entryType, entry.name, entry.version, entry.sourceName, entry.position]),
    ).toEqual([
      ['SKILL', 'b', '1.0.0', 'two', 1],
      ['MCP', 'io.x/a', '10.0.0', 'one', 0],
      ['MCP', 'io.x/a', '2.0.0', 'one', 0],
      ['MCP', 'io.x/a', '2.0.0', 'two', 1],
    ]);
    expect(entries[1]?.title).toBe('A');
    expect('title' in entries[2]!).toBe(false);
  });

  it('creates one registry once under parallel writes and replaces it otherwise', async () => {
    const name = newName();

    const results = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        admin.registries.put(undefined, name, { sources: i % 2 ? ['one', 'two'] : ['two'] }),
      ),
    );

    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('deletes a registry once under parallel writes', async () => {
    const name = newName();
    await admin.registries.put(undefined, name, { sources: ['one'] });

    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => admin.registries.delete(undefined, name)),
    );

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('RegistriesService with claims', () => {
  const MINE = { org: 'acme', team: 'platform' };
  const platform = newCaller(MINE, 'manageRegistries');
  const data = newCaller({ org: 'acme', team: 'data' }, 'manageRegistries');
  const root = newCaller({}, 'superAdmin');
  const NOT_COVERED = 'insufficient claims: caller claims do not cover resource claims';
  const UNCLAIMED = 'insufficient claims: resource has no claims';
  let guarded: Administration;

  beforeAll(async () => {
    guarded = await createAdministration({ authorizes: true });
    await guarded.apply([
      { ...file('shared'), claims: { org: 'acme' } },
      { ...file('secret'), claims: { team: 'data' } },
      file('bare'),
    ]);
    const put = (name: string, claims?: Record<string, unknown>) =>
      guarded.registries.put(root, name, { sources: ['shared', 'secret'], claims });
    await put('all', { org: 'acme' });
    await put('platform', MINE);
    await put('bare');
    for (const [name, claims] of [
      ['shared', { org: 'acme' }],
      ['secret', { team: 'data' }],
    ] as const) {
      const [row] = await guarded.db.runner.query<{ id: number }>('SELECT id FROM source WHERE name = $1', [name]);
      const documents = [newDocument({ name: `io.x/${name}` })];
      await guarded.db.runner.run((tx) => guarded.entries.replaceAll(tx, row!.id, documents, claims));
    }
  });
  afterAll(() => guarded.close());

  it.each([
    ['platform', platform, ['all', 'platform']],
    ['data', data, ['all']],
    ['root', root, ['all', 'bare', 'platform']],
  ])('lists what %s may see', async (_who, caller, expected) => {
    const { registries } = await guarded.registries.list(caller);

    expect(registries.map(({ name }) => name)).toEqual(expected);
  });

  it('hides from reading what the caller may not see', async () => {
    for (const name of ['platform', 'bare', 'nope']) {
      await expect(guarded.registries.get(data, name)).rejects.toThrow(`registry not found: ${name}`);
      await expect(guarded.registries.listEntries(data, name)).rejects.toThrow(`registry not found: ${name}`);
    }
  });

  it('leaves out entries that the caller may not see', async () => {
    const names = async (caller: typeof platform) =>
      (await guarded.registries.listEntries(caller, 'all')).entries.map(({ name }) => name);

    expect(await names(platform)).toEqual(['io.x/shared']);
    expect(await names(data)).toEqual(['io.x/secret', 'io.x/shared']);
  });

  it('lets a caller refer to sources that it sees only', async () => {
    const put = (...sources: string[]) => guarded.registries.put(platform, 'referring', { sources, claims: MINE });

    await expect(put('shared', 'secret')).rejects.toThrow(`${NOT_COVERED}: cannot reference source secret`);
    await expect(put('bare')).rejects.toThrow(`${UNCLAIMED}: cannot reference source bare`);
    await expect(put('nope')).rejects.toThrow('source not found: nope');
    expect((await put('shared')).isNew).toBe(true);
  });

  it('lets a caller write claims that it holds, and no others', async () => {
    const put = (claims?: Record<string, unknown>) =>
      guarded.registries.put(platform, 'written', { sources: ['shared'], claims });

    await expect(put({ team: ['platform', 'data'] })).rejects.toThrow(NOT_COVERED);
    await expect(put()).rejects.toThrow(UNCLAIMED);
  });

  it('does not let a caller change or delete what it may not see', async () => {
    const body = { sources: ['shared'], claims: { org: 'acme' } };

    await expect(guarded.registries.put(data, 'platform', body)).rejects.toThrow(NOT_COVERED);
    await expect(guarded.registries.delete(data, 'platform')).rejects.toThrow(NOT_COVERED);
    await expect(guarded.registries.delete(data, 'bare')).rejects.toThrow(UNCLAIMED);
  });
});
