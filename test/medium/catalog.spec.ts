import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AccessPolicy } from '../../src/auth/access-policy.js';
import { VisibilityPolicy } from '../../src/auth/visibility.js';
import { Catalog } from '../../src/catalog/catalog.js';
import { CatalogRepository } from '../../src/catalog/catalog.repository.js';
import type { ListQuery } from '../../src/catalog/list-query.js';
import { SnapshotLoader } from '../../src/catalog/snapshot-loader.js';
import type { Claims } from '../../src/claims/claims.js';
import { DatabaseUnavailableError, NotFoundError } from '../../src/common/errors.js';
import type { DatabaseConfig } from '../../src/config/config.js';
import { createDataSourceOptions } from '../../src/database/data-source-options.js';
import { createDatabaseConnection } from '../../src/database/database-connection.js';
import { createDatabaseServices, type DatabaseServices } from '../../src/database/database-services.js';
import type { EntryDocument } from '../../src/documents/entry-document.js';
import { EntryWriter } from '../../src/entries/entry-writer.js';
import type { EntryKind } from '../../src/model/entry-kind.js';
import { OFFICIAL_META_KEY } from '../../src/model/official-status.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { startDatabaseRelay } from '../harness/database-relay.js';
import { waitUntil } from '../harness/wait-until.js';

const EVERYTHING: ListQuery = { limit: 1000, position: undefined, filter: {}, withTotal: false, parameters: {} };

function newDocument(overrides: Partial<EntryDocument> = {}): EntryDocument {
  const { kind = 'server', namespace = '', name = 'io.example/a', version = '1.0.0', description = '' } = overrides;
  const json = JSON.stringify({ name, version, description });
  return {
    kind,
    namespace,
    name,
    version,
    title: '',
    description,
    status: 'active',
    facets: { tags: [], transports: [], registryTypes: [], kinds: [] },
    json,
    hash: createHash('sha256').update(json).digest('hex'),
    ...overrides,
  };
}

/** A catalogue as the application makes it, in a process of its own over the database. */
function newCatalog(db: Pick<TestDatabase, 'runner' | 'changeFeed'>): Catalog {
  const posture = { authenticates: false, authorizes: false };
  return new Catalog(
    new SnapshotLoader(new CatalogRepository(db.runner)),
    db.changeFeed,
    new VisibilityPolicy(posture, new AccessPolicy(posture)),
    { catalog: { pageCacheBytes: 10_000_000 } },
  );
}

/** The services of another process over a database; closed when the test has finished. */
async function openDatabase(config: DatabaseConfig): Promise<DatabaseServices> {
  const connection = await createDatabaseConnection(config);
  const dataSource = await new DataSource(createDataSourceOptions(connection)).initialize();
  const services = createDatabaseServices(connection, dataSource);
  onTestFinished(async () => {
    await services.changeFeed.beforeApplicationShutdown();
    await dataSource.destroy();
  });
  return services;
}

interface Item {
  readonly server: { readonly name: string; readonly version: string; readonly description: string };
  readonly _meta: { readonly [OFFICIAL_META_KEY]: { readonly isLatest: boolean; readonly updatedAt: string } };
}

function list(catalog: Catalog, registry = 'r', kind: EntryKind = 'server'): Item[] {
  const { view } = catalog.view(registry, kind, undefined);
  const body = JSON.parse(view.list(EVERYTHING).body.bytes.toString()) as Record<string, unknown>;
  return body[`${kind}s`] as Item[];
}

const versionsIn = (catalog: Catalog, registry?: string): string[] =>
  list(catalog, registry).map(({ server }) => `${server.name.split('/')[1]}@${server.version}`);

describe('Catalog', () => {
  let db: TestDatabase;
  const writer = new EntryWriter();

  beforeEach(async () => {
    db = await createTestDatabase();
  });
  afterEach(() => db.drop());

  async function addSource(name: string): Promise<number> {
    const [row] = await db.runner.query<{ id: number }>(
      `INSERT INTO source (name, kind, creation_type) VALUES ($1, 'kubernetes', 'CONFIG') RETURNING id`,
      [name],
    );
    return row!.id;
  }

  async function addRegistry(name: string, sourceIds: readonly number[], claims: Claims | null = null): Promise<void> {
    await db.runner.query(
      `WITH made AS (INSERT INTO registry (name, creation_type, claims) VALUES ($1, 'CONFIG', $2) RETURNING id)
       INSERT INTO registry_source
       SELECT made.id, s.id, s.position FROM made, unnest($3::bigint[]) WITH ORDINALITY AS s (id, position)`,
      [name, claims && JSON.stringify(claims), sourceIds],
    );
  }

  const store = (sourceId: number, documents: readonly EntryDocument[], claims: Claims | null = null) =>
    db.runner.run((tx) => writer.replaceAll(tx, sourceId, documents, claims), { announce: 'here' });

  it('loads what is stored, in the order of code points, with the stamps of the rows', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    const names = ['io.example/b', 'io.example/B', 'io.example/\u{1f680}', 'io.example/\u{ffff}', 'io.example/ä'];
    await store(
      source,
      names.flatMap((name) => ['1.9.0', '1.10.0'].map((version) => newDocument({ name, version }))),
    );
    await db.runner.query(`UPDATE entry_version SET updated_at = '2026-01-02T03:04:05.123456Z'`);
    const catalog = newCatalog(db);

    await catalog.load();

    const items = list(catalog);
    expect(items.map(({ server }) => `${server.name.slice(11)} ${server.version}`)).toEqual(
      ['B', 'b', 'ä', '\u{ffff}', '\u{1f680}'].flatMap((name) => [`${name} 1.10.0`, `${name} 1.9.0`]),
    );
    expect(items.slice(0, 2).map(({ _meta }) => _meta[OFFICIAL_META_KEY].isLatest)).toEqual([true, false]);
    expect(items[0]!._meta[OFFICIAL_META_KEY].updatedAt).toBe('2026-01-02T03:04:05.123456Z');
  });

  it('loads more rows than are fetched at once', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    const names = Array.from({ length: 1700 }, (_, index) => `io.example/n${10_000 + index}`);
    await store(
      source,
      names.flatMap((name) => ['1.0.0', '2.0.0'].map((version) => newDocument({ name, version }))),
    );
    const catalog = newCatalog(db);

    await catalog.load();

    const { view } = catalog.view('r', 'server', undefined);
    expect(view.entries.map(({ name }) => name)).toEqual(names);
    expect(view.versionCount).toBe(3400);
  });

  // A plan that is quadratic here takes minutes, which the time limit of a test does not allow.
  it('loads a large source of which PostgreSQL has no statistics yet', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    await db.runner.query('ALTER TABLE entry SET (autovacuum_enabled = false)');
    await db.runner.query('ALTER TABLE entry_version SET (autovacuum_enabled = false)');
    await db.runner.query('UPDATE source SET revision = 1');
    await db.runner.query(
      `INSERT INTO entry (source_id, kind, name) SELECT $1, 'server', 'io.example/n' || n FROM generate_series(1, 20000) n`,
      [source],
    );
    await db.runner.query(
      `INSERT INTO entry_version (entry_id, source_id, version, ordinal, document, document_hash, published_at,
         status_changed_at, updated_at, revision)
       SELECT e.id, e.source_id, v || '.0.0', v, to_json(repeat('x', 600)), '', now(), now(), now(), 1 FROM entry e, generate_series(1, 3) v`,
    );
    const catalog = newCatalog(db);

    await catalog.load();

    expect(catalog.view('r', 'server', undefined).view.versionCount).toBe(60_000);
  });

  it('follows writes of this process before they return', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    const catalog = newCatalog(db);
    catalog.onApplicationBootstrap();
    onTestFinished(() => catalog.beforeApplicationShutdown());

    await store(source, [newDocument({ version: '1.0.0' }), newDocument({ name: 'io.example/b' })]);
    const first = versionsIn(catalog);
    await store(source, [newDocument({ version: '1.0.0' }), newDocument({ version: '2.0.0' })]);

    expect(first).toEqual(['a@1.0.0', 'b@1.0.0']);
    expect(versionsIn(catalog)).toEqual(['a@1.0.0', 'a@2.0.0']);
    expect(list(catalog).map(({ _meta }) => _meta[OFFICIAL_META_KEY].isLatest)).toEqual([false, true]);
  });

  it('follows writes of another process', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    const catalog = newCatalog(db);
    db.changeFeed.onApplicationBootstrap();
    catalog.onApplicationBootstrap();
    onTestFinished(() => catalog.beforeApplicationShutdown());
    await waitUntil(() => catalog.isLoaded);
    const other = await openDatabase(db.config);

    await other.runner.run((tx) => writer.replaceAll(tx, source, [newDocument()], null), { announce: 'here' });

    await waitUntil(() => versionsIn(catalog).length === 1);
  });

  it('reads only what changed, and keeps the rest as it is', async () => {
    const [source, other] = [await addSource('s'), await addSource('other')];
    await addRegistry('r', [source, other]);
    await store(source, [newDocument(), newDocument({ name: 'io.example/b' })]);
    await store(other, [newDocument({ name: 'io.example/c' })]);
    const catalog = newCatalog(db);
    await catalog.load();
    const before = catalog.view('r', 'server', undefined).view;

    await store(source, [newDocument(), newDocument({ name: 'io.example/b', description: 'changed' })]);
    await catalog.load();

    const after = catalog.view('r', 'server', undefined).view;
    expect(after.generation).not.toBe(before.generation);
    expect(after.entries.map((entry, index) => entry === before.entries[index])).toEqual([true, false, true]);
  });

  it('gives the same view after a load that found nothing new', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    await store(source, [newDocument()]);
    const catalog = newCatalog(db);
    await catalog.load();
    const { view } = catalog.view('r', 'server', undefined);

    await store(source, [newDocument(), newDocument({ kind: 'skill', namespace: 'io.example', name: 'a' })]);
    await catalog.load();

    expect(catalog.view('r', 'server', undefined).view).toBe(view);
    expect(list(catalog, 'r', 'skill')).toHaveLength(1);
  });

  it('forgets versions and entries that were removed', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    await store(source, [
      newDocument({ version: '1.0.0' }),
      newDocument({ version: '2.0.0' }),
      newDocument({ name: 'io.example/b' }),
    ]);
    const catalog = newCatalog(db);
    await catalog.load();

    await store(source, [newDocument({ version: '1.0.0' })]);
    await catalog.load();

    expect(versionsIn(catalog)).toEqual(['a@1.0.0']);
    expect(list(catalog)[0]!._meta[OFFICIAL_META_KEY].isLatest).toBe(true);
  });

  it('takes over changed claims', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    await store(source, [newDocument()], { team: 'a' });
    const catalog = newCatalog(db);
    await catalog.load();

    await store(source, [newDocument()], { team: 'b' });
    await catalog.load();

    const { view } = catalog.view('r', 'server', undefined);
    expect(view.entries.map(({ claims }) => claims.claims)).toEqual([{ team: 'b' }]);
  });

  it('follows the definitions of registries and sources', async () => {
    const [first, second] = [await addSource('first'), await addSource('second')];
    await addRegistry('r', [first, second]);
    await addRegistry('gone', [first]);
    await store(first, [newDocument({ description: 'first' })]);
    await store(second, [newDocument({ description: 'second' })]);
    const catalog = newCatalog(db);
    await catalog.load();
    const described = () => list(catalog).map(({ server }) => server.description);
    const before = described();

    await db.runner.query(`UPDATE registry_source SET position = 3 - position WHERE source_id IN ($1, $2)`, [
      first,
      second,
    ]);
    await db.runner.query(`DELETE FROM registry WHERE name = 'gone'`);
    await db.runner.query(`UPDATE registry SET access = 'public' WHERE name = 'r'`);
    await catalog.load();
    const reversed = described();
    await db.runner.query('UPDATE source SET retired_at = now() WHERE id = $1', [second]);
    await catalog.load();
    const retired = described();
    await db.runner.query('UPDATE source SET retired_at = NULL WHERE id = $1', [second]);
    await catalog.load();

    expect([before, reversed, retired, described()]).toEqual([['first'], ['second'], ['first'], ['second']]);
    expect(catalog.isPublic('r')).toBe(true);
    expect(() => catalog.view('gone', 'server', undefined)).toThrow(NotFoundError);
  });

  it('reads everything anew when a source went back to an earlier revision, as a restored database does', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    await store(source, [newDocument()]);
    await store(source, [newDocument(), newDocument({ version: '2.0.0' })]);
    const catalog = newCatalog(db);
    await catalog.load();

    await db.runner.query(`DELETE FROM entry_version WHERE version = '2.0.0'`);
    await db.runner.query('UPDATE source SET revision = 1, removed_at_revision = 0');
    await db.runner.query('UPDATE entry_version SET revision = 1');
    await catalog.load();

    expect(versionsIn(catalog)).toEqual(['a@1.0.0']);
  });

  it('includes in every load what was committed before it was asked for, whatever else is going on', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    const catalog = newCatalog(db);
    const documents: EntryDocument[] = [];
    const loads: Promise<void>[] = [];

    for (let index = 0; index < 25; index++) {
      documents.push(newDocument({ version: `1.${index}.0` }));
      await store(source, documents);
      const committed = documents.length;
      const load = async (): Promise<void> => {
        await catalog.load();
        expect(list(catalog).length).toBeGreaterThanOrEqual(committed);
      };
      loads.push(load());
    }

    await Promise.all(loads);
    expect(list(catalog)).toHaveLength(25);
  });

  it('never shows half of a write', async () => {
    const source = await addSource('s');
    await addRegistry('r', [source]);
    const generation = (round: number) =>
      Array.from({ length: 40 }, (_, index) =>
        newDocument({ name: `io.example/n${index + (round % 3)}`, description: `round ${round}` }),
      );
    await store(source, generation(0));
    const catalog = newCatalog(db);
    await catalog.load();
    const seen: string[][] = [];
    const look = async (): Promise<void> => {
      await catalog.load();
      seen.push(list(catalog).map(({ server }) => server.description));
    };

    for (let round = 1; round <= 15; round++) {
      const write = store(source, generation(round));
      for (let looks = 0; looks < 5; looks++) await look();
      await write;
    }

    for (const descriptions of seen) {
      expect(descriptions).toHaveLength(40);
      expect(new Set(descriptions).size).toBe(1);
    }
  });

  it('serves the last state while the database is away, and catches up by itself', async () => {
    const relay = await startDatabaseRelay(db.config);
    onTestFinished(() => relay.stop());
    const relayed = await openDatabase({ ...db.config, port: relay.port });
    relayed.changeFeed.onApplicationBootstrap();
    const source = await addSource('s');
    await addRegistry('r', [source]);
    await store(source, [newDocument()]);
    const catalog = newCatalog(relayed);
    catalog.onApplicationBootstrap();
    onTestFinished(() => catalog.beforeApplicationShutdown());
    await waitUntil(() => catalog.isLoaded);

    await relay.cut();
    await expect(catalog.load()).rejects.toThrow(DatabaseUnavailableError);
    const during = versionsIn(catalog);
    await store(source, [newDocument(), newDocument({ version: '2.0.0' })]);
    await relayed.changeFeed.announce();
    await relay.resume();

    expect(during).toEqual(['a@1.0.0']);
    await waitUntil(() => versionsIn(catalog).length === 2);
  });
});
