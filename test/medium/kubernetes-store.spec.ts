import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EntryWriter } from '../../src/entries/entry-writer.js';
import { readExportedObject } from '../../src/kubernetes/convert/exported-object.js';
import { RESOURCE_KINDS } from '../../src/kubernetes/convert/resource-kind.js';
import { toEntry } from '../../src/kubernetes/convert/to-entry.js';
import {
  DiscoveryStatusRepository,
  SourceTakenError,
  type DiscoveryOutcome,
} from '../../src/kubernetes/discovery-status.repository.js';
import { LeadershipLostError } from '../../src/kubernetes/election/lease-election.js';
import { KeptEntriesRepository } from '../../src/kubernetes/kept-entries.repository.js';
import { KubernetesSourceRepository } from '../../src/kubernetes/kubernetes-source.repository.js';
import { gatherContent, type DiscoveredContent } from '../../src/kubernetes/source-content.js';
import { SourceStore, type SourceWrite } from '../../src/kubernetes/source-store.js';
import type { SourceContent } from '../../src/sync/source-content.js';
import { SyncStatusRepository } from '../../src/sync/sync-status.repository.js';
import { newResource, type ResourceOverrides } from '../factories/kubernetes-objects.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { ENTRY_ENTITIES, insertSource, storedVersions } from '../harness/entries.js';

const DONE: DiscoveryOutcome = { phase: 'complete', message: 'done', rejected: [] };
const [SERVERS, , PROXIES] = RESOURCE_KINDS;

let db: TestDatabase;
let statuses: DiscoveryStatusRepository;
let store: SourceStore;
let sourceId: number;

function contentOf(...objects: ResourceOverrides[]): DiscoveredContent {
  return gatherContent(
    objects.map((overrides) => {
      const { kind = 'MCPServer' } = overrides;
      return toEntry(readExportedObject(kind, newResource(overrides))!, 100_000);
    }),
  );
}

const write = (overrides: Partial<SourceWrite> = {}) =>
  store.write({
    sourceId,
    owner: 'leader',
    content: contentOf({ name: 'a' }),
    unseen: [],
    outcome: DONE,
    assertHeld: () => undefined,
    ...overrides,
  });
const names = async () => (await storedVersions(db, sourceId)).map(({ name }) => name.replace('com.toolhive.k8s.', ''));
const status = () => new SyncStatusRepository(db.runner).find(sourceId);

beforeAll(async () => {
  db = await createTestDatabase({ entities: ENTRY_ENTITIES });
  statuses = new DiscoveryStatusRepository(db.runner);
  store = new SourceStore(db.runner, statuses, new KeptEntriesRepository(), new EntryWriter());
});
afterAll(() => db.drop());
beforeEach(async () => {
  sourceId = await insertSource(db, { kind: 'kubernetes', claims: { org: 'acme' } });
  const settings = { kind: 'kubernetes', kubernetes: {} } as const;
  const source = { id: sourceId, creationType: 'API', settings } as const;
  await db.runner.run((tx) => new SyncStatusRepository(db.runner).place(tx, source));
  await statuses.takeOver(sourceId, 'leader');
});

describe('SourceStore', () => {
  it('stores entries with their claims, and a status with true counts', async () => {
    expect(await status()).toMatchObject({ phase: 'syncing', serverCount: 0 });
    const own = { name: 'b', annotations: { 'authz-claims': '{"team":"x"}' } };
    const none = { name: 'c', annotations: { 'authz-claims': '{}' } };
    const rejected = [{ name: 'n', version: '1', path: '/p', reason: 'bad\0' }];

    await write({ content: contentOf({ name: 'a' }, own, none), outcome: { ...DONE, rejected } });

    const stored = await storedVersions(db, sourceId);
    expect(stored.map(({ claims }) => claims)).toEqual([{ org: 'acme' }, { team: 'x' }, null]);
    expect(await status()).toEqual({
      phase: 'complete',
      message: 'done',
      attemptCount: 0,
      serverCount: 3,
      skillCount: 0,
      pluginCount: 0,
      lastSyncTime: expect.any(String),
      lastAttempt: expect.any(String),
      rejected: 1,
      rejectedEntries: [{ name: 'n', version: '1', path: '/p', reason: 'bad\\u0000' }],
    });
  });

  it('keeps what could not be seen: by kind, and by namespace', async () => {
    const everything = contentOf(
      { name: 'server' },
      { name: 'server', namespace: 'team-b' },
      { name: 'proxy', kind: 'MCPRemoteProxy' },
      { name: 'proxy', kind: 'MCPRemoteProxy', namespace: 'team-b', annotations: { 'authz-claims': '{"team":"x"}' } },
    );
    await write({ content: everything });
    const before = await storedVersions(db, sourceId);

    await write({ content: contentOf(), unseen: [{ resource: PROXIES, namespace: undefined }] });
    expect(await names()).toEqual(['team-a/proxy', 'team-b/proxy']);

    await write({ content: everything });
    await write({ content: contentOf(), unseen: [{ resource: SERVERS, namespace: 'team-b' }] });
    expect(await names()).toEqual(['team-b/server']);

    await write({ content: everything });
    await write({
      content: everything,
      unseen: RESOURCE_KINDS.map((resource) => ({ resource, namespace: undefined })),
    });
    expect((await storedVersions(db, sourceId)).map(({ claims }) => claims)).toEqual(
      before.map(({ claims }) => claims),
    );
  });

  it('stores nothing once another leader has taken over', async () => {
    await write();
    await statuses.takeOver(sourceId, 'successor');

    await expect(write({ content: contentOf() })).rejects.toThrow(SourceTakenError);
    await expect(statuses.record(sourceId, 'leader', DONE)).rejects.toThrow(SourceTakenError);
    await statuses.release(sourceId, 'leader');
    await expect(write({ owner: 'successor' })).resolves.toMatchObject({ counts: { server: 1 } });
  });

  it('lets a successor wait for a write that is under way, so that the last word is its own', async () => {
    let taken: Promise<boolean> | undefined;
    let isTaken = false;
    const assertHeld = () => {
      taken ??= statuses.takeOver(sourceId, 'successor').finally(() => (isTaken = true));
    };

    await write({ assertHeld });
    await taken;

    expect(isTaken).toBe(true);
    expect(await names()).toEqual(['team-a/a']);
    await expect(write()).rejects.toThrow(SourceTakenError);
  });

  it('stores nothing when the lease is lost before the commit', async () => {
    const assertHeld = () => {
      throw new LeadershipLostError();
    };

    await expect(write({ assertHeld })).rejects.toThrow(LeadershipLostError);
    expect(await names()).toEqual([]);
  });

  it('stores nothing when the definition of the source has changed, or the source is gone', async () => {
    const repository = new SyncStatusRepository(db.runner);
    const source = { id: sourceId, creationType: 'API' } as const;
    const before: SourceContent = { settings: { kind: 'kubernetes', kubernetes: {} } };
    const after: SourceContent = { settings: { kind: 'kubernetes', kubernetes: { namespaces: ['x'] } } };
    await db.runner.run((tx) => repository.place(tx, { ...source, ...after }, before));

    await expect(write()).rejects.toThrow(SourceTakenError);
    await db.runner.query('DELETE FROM source WHERE id = $1', [sourceId]);
    await expect(write()).rejects.toThrow(SourceTakenError);
    expect(await statuses.takeOver(sourceId, 'leader')).toBe(false);
  });
});

describe('DiscoveryStatusRepository', () => {
  it('keeps times and counts of the last success while discovery fails, and counts the attempts', async () => {
    await write();
    const before = await status();

    for (let attempt = 0; attempt < 2; attempt++) {
      await statuses.record(sourceId, 'leader', { phase: 'failed', message: 'Fetch failed: x', rejected: [] });
    }

    expect(await status()).toEqual({ ...before, phase: 'failed', message: 'Fetch failed: x', attemptCount: 2 });
    await statuses.record(sourceId, 'leader', DONE);
    expect(await status()).toMatchObject({ phase: 'complete', attemptCount: 0, serverCount: 1 });
  });

  it('believes those who cannot lead only while nobody does', async () => {
    await write();
    await statuses.recordUnled(sourceId, 'Leader election failed: x');
    expect(await status()).toMatchObject({ phase: 'complete' });

    await db.runner.query('UPDATE sync_status SET lease_expires_at = now() WHERE source_id = $1', [sourceId]);
    await statuses.recordUnled(sourceId, 'Leader election failed: x');
    expect(await status()).toMatchObject({ phase: 'failed', message: 'Leader election failed: x', serverCount: 1 });
  });

  it('does not leave a source that was never in line behind as being fetched', async () => {
    await statuses.release(sourceId, 'leader');

    expect(await status()).toMatchObject({ phase: 'complete', message: 'Non-synced registry (type: kubernetes)' });
  });
});

describe('KubernetesSourceRepository', () => {
  it('lists kubernetes sources that are in use, with what they watch', async () => {
    await insertSource(db, { kind: 'git' });
    await db.runner.query(`UPDATE source SET settings = '{"namespaces":["a"]}' WHERE id = $1`, [sourceId]);

    const sources = await new KubernetesSourceRepository(db.runner).list();

    expect(sources.at(-1)).toEqual({
      id: sourceId,
      name: expect.any(String),
      namespaces: ['a'],
      claims: { org: 'acme' },
    });
    expect(sources.every(({ namespaces }) => namespaces === null || Array.isArray(namespaces))).toBe(true);
  });
});
