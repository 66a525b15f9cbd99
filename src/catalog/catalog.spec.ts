import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newVersionRow, shelvesOf } from '../../test/harness/catalog-rows.js';
import { AccessPolicy } from '../auth/access-policy.js';
import { createCaller } from '../auth/caller.js';
import { VisibilityPolicy } from '../auth/visibility.js';
import { DatabaseUnavailableError, ForbiddenError, NotFoundError, UnavailableError } from '../common/errors.js';
import type { ChangeFeed } from '../database/change-feed.js';
import { Catalog } from './catalog.js';
import type { CatalogRepository } from './catalog.repository.js';
import { createSnapshot, EMPTY_SNAPSHOT, type Snapshot } from './snapshot.js';
import { SnapshotLoader } from './snapshot-loader.js';

/** A loader whose database is what the test says. */
class FakeLoader extends SnapshotLoader {
  snapshot: Snapshot | undefined;
  loads = 0;

  constructor() {
    super({} as CatalogRepository);
  }

  override async next(): Promise<Snapshot> {
    this.loads++;
    if (!this.snapshot) throw new DatabaseUnavailableError();
    return this.snapshot;
  }
}

class FakeFeed {
  readonly listeners = new Set<() => Promise<void>>();

  subscribe(listener: () => Promise<void>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

const snapshot = (): Snapshot =>
  createSnapshot(
    new Map([
      [1, shelvesOf([newVersionRow({ name: 'a', claims: { team: 'a' } }), newVersionRow({ name: 'free' })])],
      [2, shelvesOf([newVersionRow({ name: 'free' })])],
    ]),
    [
      { name: 'team', access: 'private', claims: { team: ['a', 'b'] }, sourceIds: [1] },
      { name: 'open', access: 'public', claims: null, sourceIds: [1] },
      { name: 'free', access: 'public', claims: null, sourceIds: [2, 99] },
    ],
    EMPTY_SNAPSHOT,
  );

function newCatalog() {
  const loader = new FakeLoader();
  const feed = new FakeFeed();
  const posture = { authenticates: true, authorizes: true };
  const policy = new VisibilityPolicy(posture, new AccessPolicy(posture));
  const catalog = new Catalog(loader, feed as unknown as ChangeFeed, policy, {
    catalog: { pageCacheBytes: 1_000_000 },
  });
  return { catalog, loader, feed };
}

const namesIn = ({ catalog }: ReturnType<typeof newCatalog>, registry: string, token?: object) => {
  const caller = token && createCaller({ ...token }, new Set());
  return catalog.view(registry, 'server', caller).view.entries.map(({ name }) => name);
};

describe('Catalog', () => {
  it('is unavailable before the first load', async () => {
    const setup = newCatalog();

    await expect(setup.catalog.load()).rejects.toThrow(DatabaseUnavailableError);

    expect(setup.catalog.isLoaded).toBe(false);
    expect(() => namesIn(setup, 'open')).toThrow(UnavailableError);
  });

  it('shows callers what their claims cover, and refuses registries that they do not', async () => {
    const setup = newCatalog();
    setup.loader.snapshot = snapshot();
    await setup.catalog.load();

    expect(namesIn(setup, 'team', { team: 'a' })).toEqual(['a']);
    expect(namesIn(setup, 'team', { team: 'b' })).toEqual([]);
    expect(namesIn(setup, 'open', { team: 'a' })).toEqual(['a', 'free']);
    expect(namesIn(setup, 'open')).toEqual(['free']);
    expect(() => namesIn(setup, 'team', { team: 'c' })).toThrow(ForbiddenError);
    expect(() => namesIn(setup, 'nope', { team: 'a' })).toThrow(NotFoundError);
  });

  it('knows which registries are public, and whose answers are the same for everybody', async () => {
    const { catalog, loader } = newCatalog();
    loader.snapshot = snapshot();
    await catalog.load();

    expect(['team', 'open', 'free', 'nope'].map((name) => catalog.isPublic(name))).toEqual([false, true, true, false]);
    expect(catalog.view('open', 'server', undefined).isShared).toBe(false);
    expect(catalog.view('free', 'server', undefined).isShared).toBe(true);
    expect(catalog.view('team', 'server', createCaller({ team: 'a' }, new Set())).isShared).toBe(false);
  });

  it('goes on with what it has when the database is away', async () => {
    const setup = newCatalog();
    setup.loader.snapshot = snapshot();
    await setup.catalog.load();
    setup.loader.snapshot = undefined;

    await expect(setup.catalog.load()).rejects.toThrow(DatabaseUnavailableError);

    expect(setup.catalog.isLoaded).toBe(true);
    expect(namesIn(setup, 'open')).toEqual(['free']);
  });
});

describe('following', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tries the first load until it succeeds', async () => {
    const { catalog, loader } = newCatalog();

    catalog.onApplicationBootstrap();
    await vi.advanceTimersByTimeAsync(2_000);
    const failed = loader.loads;
    loader.snapshot = snapshot();
    await vi.advanceTimersByTimeAsync(10_000);

    expect(failed).toBeGreaterThan(1);
    expect(catalog.isLoaded).toBe(true);
    const loads = loader.loads;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(loader.loads).toBe(loads);
    catalog.beforeApplicationShutdown();
  });

  it('misses no change whose news came while the database was away', async () => {
    const { catalog, loader, feed } = newCatalog();
    loader.snapshot = snapshot();
    catalog.onApplicationBootstrap();
    await vi.advanceTimersByTimeAsync(0);
    loader.snapshot = undefined;
    const [follow] = feed.listeners;

    await follow!();
    loader.snapshot = createSnapshot(
      new Map(),
      [{ name: 'new', access: 'public', claims: null, sourceIds: [] }],
      EMPTY_SNAPSHOT,
    );
    await vi.advanceTimersByTimeAsync(1_000);

    expect(catalog.isPublic('new')).toBe(true);
    catalog.beforeApplicationShutdown();
  });

  it('ends with the process', async () => {
    const { catalog, loader, feed } = newCatalog();
    catalog.onApplicationBootstrap();
    await vi.advanceTimersByTimeAsync(0);

    catalog.beforeApplicationShutdown();
    const { loads } = loader;
    await vi.advanceTimersByTimeAsync(60_000);

    expect(loader.loads).toBe(loads);
    expect(feed.listeners.size).toBe(0);
  });
});
