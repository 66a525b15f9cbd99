import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PutSourceRequest } from '../../src/sources/dto/put-source.request.js';
import { createAdministration, newCaller, type Administration } from '../harness/administration.js';
import { newDocument } from '../harness/entries.js';

const FILE: PutSourceRequest = { file: { path: '/a.json' }, syncPolicy: { interval: '1h' } };

describe('SourcesService with claims', () => {
  const PLATFORM = { org: 'acme', team: 'platform' };
  const platform = newCaller(PLATFORM, 'manageSources');
  const data = newCaller({ org: 'acme', team: 'data' }, 'manageSources');
  const root = newCaller({}, 'superAdmin');
  const NOT_COVERED = 'insufficient claims: caller claims do not cover resource claims';
  const UNCLAIMED = 'insufficient claims: resource has no claims';
  let guarded: Administration;

  beforeAll(async () => {
    guarded = await createAdministration({ authorizes: true });
    await guarded.sources.put(root, 'platform', { ...FILE, claims: PLATFORM });
    await guarded.sources.put(root, 'shared', { ...FILE, claims: { org: 'acme', team: ['platform', 'data'] } });
    await guarded.sources.put(root, 'bare', FILE);
  });
  afterAll(() => guarded.close());

  it.each([
    ['platform', platform, ['platform', 'shared']],
    ['data', data, ['shared']],
    ['root', root, ['platform', 'shared', 'bare']],
    ['nobody in particular', undefined, ['platform', 'shared', 'bare']],
  ])('lists what %s may see', async (_who, caller, expected) => {
    const { sources } = await guarded.sources.list(caller);

    expect(sources.map(({ name }) => name)).toEqual(expected);
  });

  it('hides from reading and synchronising what the caller may not see', async () => {
    for (const name of ['platform', 'bare', 'nope']) {
      const notFound = `source not found: ${name}`;
      await expect(guarded.sources.get(data, name)).rejects.toThrow(notFound);
      await expect(guarded.sources.listEntries(data, name)).rejects.toThrow(notFound);
      await expect(guarded.sources.startSync(data, name)).rejects.toThrow(notFound);
    }
  });

  it('lets a caller write claims that it holds, and no others', async () => {
    const put = (claims?: Record<string, unknown>) => guarded.sources.put(platform, 'written', { ...FILE, claims });

    await expect(put({ org: 'acme', team: ['platform', 'data'] })).rejects.toThrow(NOT_COVERED);
    await expect(put({ org: 'other' })).rejects.toThrow(NOT_COVERED);
    await expect(put()).rejects.toThrow(UNCLAIMED);
    await expect(put({})).rejects.toThrow(UNCLAIMED);
    expect((await put(PLATFORM)).isNew).toBe(true);
  });

  it('does not let a caller change or delete what it may not see', async () => {
    const claims = { org: 'acme', team: 'data' };

    await expect(guarded.sources.put(data, 'platform', { ...FILE, claims })).rejects.toThrow(NOT_COVERED);
    await expect(guarded.sources.delete(data, 'platform')).rejects.toThrow(NOT_COVERED);
    await expect(guarded.sources.delete(data, 'bare')).rejects.toThrow(UNCLAIMED);
  });

  it('leaves out entries that the caller may not see', async () => {
    await guarded.sources.put(root, 'mine', { managed: {}, claims: { org: 'acme' } });
    const [row] = await guarded.db.runner.query<{ id: number }>("SELECT id FROM source WHERE name = 'mine'");
    await guarded.db.runner.run(async (tx) => {
      await guarded.entries.publish(tx, row!.id, newDocument({ name: 'io.x/open' }), { org: 'acme' });
      await guarded.entries.publish(tx, row!.id, newDocument({ name: 'io.x/secret' }), { team: 'data' });
      await guarded.entries.publish(tx, row!.id, newDocument({ name: 'io.x/bare' }), null);
    });
    const names = async (caller: typeof platform) =>
      (await guarded.sources.listEntries(caller, 'mine')).entries.map(({ name }) => name);

    expect(await names(platform)).toEqual(['io.x/open']);
    expect(await names(data)).toEqual(['io.x/open', 'io.x/secret']);
    expect(await names(root)).toEqual(['io.x/bare', 'io.x/open', 'io.x/secret']);
  });
});
