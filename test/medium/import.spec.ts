import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { latestIndex } from '../../src/documents/version-order.js';
import { runInProcess, type CliRun } from '../harness/cli-run.js';
import { createScratchFolder, type ScratchFolder } from '../harness/config-files.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { createEstablishedServer, type EstablishedServer } from '../harness/established-server.js';

const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';
const NONE = { created: 0, alreadyThere: 0, skipped: 0 };
const MANAGED = { name: 'published', managed: {} };

let established: EstablishedServer;
let target: TestDatabase;
let folder: ScratchFolder;

beforeEach(async () => {
  established = await createEstablishedServer();
  target = await createTestDatabase({ migrated: false });
  folder = createScratchFolder();
});
afterEach(async () => {
  await established.drop();
  await target.drop();
  folder.remove();
});

function configFile(sources: object[] = [MANAGED], registries: object[] = [], database: object = {}): string {
  const names = sources.map((source) => (source as { name: string }).name);
  const { host, port, user, database: name } = target.config;
  return folder.write('config.yaml', {
    sources,
    registries: [{ name: 'default', sources: names }, ...registries],
    auth: { mode: 'anonymous' },
    database: { host, port, user, database: name, sslMode: 'disable', ...database },
  });
}

function run(config: string, ...flags: string[]): Promise<CliRun> {
  const environment = { THV_REGISTRY_DATABASE_PASSWORD: target.config.password?.reveal() };
  return runInProcess(['import', '--from', established.url, '--config', config, ...flags], { environment });
}

async function importAll(config = configFile(), ...flags: string[]): Promise<any> {
  const { code, stdout, stderr } = await run(config, ...flags);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const versions = (): Promise<any[]> =>
  target.runner.query(
    `SELECT s.name AS source, e.kind, e.namespace, e.name, e.claims, e.created_at AS "entryCreatedAt", v.version, v.status,
       v.public_id AS id, v.document, v.published_at AS "publishedAt", v.status_changed_at AS "statusChangedAt",
       v.updated_at AS "updatedAt", v.ordinal
     FROM source s JOIN entry e ON e.source_id = s.id JOIN entry_version v ON v.entry_id = e.id
     ORDER BY e.kind, e.namespace, e.name, v.ordinal`,
  );
/** Every row of the target with its last writer. */
const everything = async (): Promise<unknown[]> => {
  const tables = ['source', 'sync_status', 'registry', 'registry_source', 'entry', 'entry_version'];
  const rows = tables.map((table) => target.runner.query(`SELECT xmin::text, t::text FROM ${table} t ORDER BY 2`));
  return Promise.all(rows);
};

describe('import of entries', () => {
  beforeEach(async () => {
    await established.addSource({ name: 'published', source_type: 'managed', syncable: false });
  });

  it('rebuilds a server with everything that its tables hold', async () => {
    const header = { name: 'X-Key', description: 'key', isRequired: true, isSecret: true };
    const id = await established.publish('published', {
      kind: 'MCP',
      name: 'io.example/full',
      version: '1.2.3',
      title: 'Full',
      description: 'A full server',
      claims: { team: ['a', 'b'] },
      createdAt: '2025-02-03T04:05:06.789Z',
      updatedAt: '2025-03-04T05:06:07.890Z',
      main: {
        website: 'https://example.com',
        upstream_meta: { status: 'deprecated', isLatest: true },
        server_meta: { 'io.example': { tags: ['x'], ratio: 1.5, none: null, flag: false } },
        repository_url: 'https://git.example.com/r',
        repository_id: 'r1',
        repository_subfolder: 'sub',
        repository_type: 'git',
      },
      rows: {
        mcp_server_package: [
          {
            registry_type: 'npm',
            pkg_registry_url: 'https://npm.example.com',
            pkg_identifier: '@z/p',
            pkg_version: '1.0.0',
            runtime_hint: 'npx',
            runtime_arguments: [{ type: 'positional', valueHint: 'dir', isRepeated: true }],
            package_arguments: [{ type: 'named', name: '--x', value: '{v}', variables: { v: { default: '1' } } }],
            sha256_hash: 'a'.repeat(64),
            transport: 'stdio',
            env_vars: [{ name: 'TOKEN', isSecret: true, choices: ['b', 'a'] }],
          },
          {
            registry_type: 'mcpb',
            pkg_registry_url: '',
            pkg_identifier: 'a',
            pkg_version: '',
            transport: 'sse',
            transport_url: 'https://a.example.com/sse',
            transport_headers: [header],
          },
        ],
        mcp_server_remote: [
          { transport: 'streamable-http', transport_url: 'https://z.example.com/mcp', transport_headers: [header] },
          { transport: 'sse', transport_url: 'https://a.example.com/sse' },
        ],
        mcp_server_icon: [{ source_uri: 'https://example.com/i.png', mime_type: 'image/png', theme: 'DARK' }],
      },
    });

    const summary = await importAll();

    expect(summary).toEqual({
      dryRun: false,
      sources: NONE,
      registries: NONE,
      entries: { ...NONE, created: 1 },
      versions: { ...NONE, created: 1 },
      skipped: [],
    });
    const [{ document, ...row }] = await versions();
    expect(row).toEqual({
      source: 'published',
      kind: 'server',
      namespace: '',
      name: 'io.example/full',
      version: '1.2.3',
      claims: { team: ['a', 'b'] },
      status: 'deprecated',
      id,
      ordinal: 0,
      entryCreatedAt: new Date('2025-02-03T04:05:06.789Z'),
      publishedAt: new Date('2025-02-03T04:05:06.789Z'),
      statusChangedAt: new Date('2025-03-04T05:06:07.890Z'),
      updatedAt: new Date('2025-03-04T05:06:07.890Z'),
    });
    expect(JSON.parse(document)).toEqual({
      $schema: SCHEMA,
      name: 'io.example/full',
      description: 'A full server',
      version: '1.2.3',
      title: 'Full',
      websiteUrl: 'https://example.com',
      repository: { url: 'https://git.example.com/r', source: 'git', id: 'r1', subfolder: 'sub' },
      icons: [{ src: 'https://example.com/i.png', mimeType: 'image/png', theme: 'dark' }],
      packages: [
        {
          registryType: 'npm',
          registryBaseUrl: 'https://npm.example.com',
          identifier: '@z/p',
          version: '1.0.0',
          fileSha256: 'a'.repeat(64),
          runtimeHint: 'npx',
          transport: { type: 'stdio' },
          runtimeArguments: [{ type: 'positional', valueHint: 'dir', isRepeated: true }],
          packageArguments: [{ type: 'named', name: '--x', value: '{v}', variables: { v: { default: '1' } } }],
          environmentVariables: [{ name: 'TOKEN', isSecret: true, choices: ['b', 'a'] }],
        },
        {
          registryType: 'mcpb',
          identifier: 'a',
          transport: { type: 'sse', url: 'https://a.example.com/sse', headers: [header] },
        },
      ],
      remotes: [
        { type: 'streamable-http', url: 'https://z.example.com/mcp', headers: [header] },
        { type: 'sse', url: 'https://a.example.com/sse' },
      ],
      _meta: {
        'io.modelcontextprotocol.registry/publisher-provided': {
          'io.example': { tags: ['x'], ratio: 1.5, none: null, flag: false },
        },
      },
    });
  });

  it('rebuilds a server of which the tables hold next to nothing', async () => {
    await established.publish('published', {
      kind: 'MCP',
      name: 'io.example/bare',
      version: '1.0.0',
      title: '',
      main: { website: '', server_meta: {} },
    });

    await importAll();

    const [{ document, claims, status }] = await versions();
    expect({ claims, status }).toEqual({ claims: null, status: 'active' });
    expect(JSON.parse(document)).toEqual({
      $schema: SCHEMA,
      name: 'io.example/bare',
      description: '',
      version: '1.0.0',
      _meta: {},
    });
  });

  it('rebuilds skills and plugins with their packages', async () => {
    const shared = {
      status: 'DEPRECATED',
      license: 'MIT',
      repository: { url: 'https://git.example.com/r', type: 'git' },
      icons: [{ src: 'https://example.com/i.png', size: '16x16', type: 'image/png', label: 'i' }],
      metadata: { author: 'me', deep: { n: 1 } },
      extension_meta: { 'io.example': { tags: ['x'] } },
    };
    const oci = { identifier: 'ghcr.example.com/s:1', digest: 'sha256:1', media_type: 'application/x' };
    const git = { url: 'https://git.example.com/s', ref: 'main', commit_sha: 'abc', subfolder: 's' };
    await established.publish('published', {
      kind: 'SKILL',
      name: 'tool',
      version: '1.0.0',
      title: 'Tool',
      description: 'A skill',
      main: { ...shared, compatibility: '>=1', allowed_tools: '{Read,"Bash(git:*)"}' },
      rows: { skill_git_package: [git], skill_oci_package: [oci] },
    });
    await established.publish('published', {
      kind: 'PLUGIN',
      name: 'tool',
      version: '1.0.0',
      main: shared,
      rows: { plugin_oci_package: [{ identifier: 'x' }], plugin_git_package: [git] },
    });

    const summary = await importAll();

    const members = {
      namespace: 'io.example',
      name: 'tool',
      version: '1.0.0',
      status: 'DEPRECATED',
      license: 'MIT',
      repository: { url: 'https://git.example.com/r', type: 'git' },
      icons: [{ src: 'https://example.com/i.png', size: '16x16', type: 'image/png', label: 'i' }],
      metadata: { author: 'me', deep: { n: 1 } },
      _meta: { 'io.example': { tags: ['x'] } },
    };
    const gitPackage = {
      registryType: 'git',
      url: 'https://git.example.com/s',
      ref: 'main',
      commit: 'abc',
      subfolder: 's',
    };
    expect(summary.entries).toEqual({ ...NONE, created: 2 });
    const [plugin, skill] = (await versions()).map(({ document }) => JSON.parse(document));
    expect(skill).toEqual({
      ...members,
      title: 'Tool',
      description: 'A skill',
      compatibility: '>=1',
      allowedTools: ['Read', 'Bash(git:*)'],
      packages: [
        {
          registryType: 'oci',
          identifier: 'ghcr.example.com/s:1',
          digest: 'sha256:1',
          mediaType: 'application/x',
        },
        gitPackage,
      ],
    });
    expect(plugin).toEqual({
      ...members,
      description: '',
      packages: [{ registryType: 'oci', identifier: 'x' }, gitPackage],
    });
  });

  it('keeps the order of publishing, so that the latest version is the same one', async () => {
    const published = ['1.9.0', '1.10.0', '1.2.0', 'v1.10'];
    for (const [index, version] of published.toReversed().entries()) {
      const createdAt = `2025-01-0${published.length - index}T00:00:00Z`;
      await established.publish('published', { kind: 'MCP', name: 'io.example/v', version, createdAt });
    }

    await importAll();

    const stored = (await versions()).map(({ version }) => version);
    expect(stored).toEqual(published);
    expect(stored[latestIndex(stored)]).toBe('1.10.0');
  });

  it('makes entries of their own of skills that share a name in several namespaces', async () => {
    for (const [version, namespace] of [
      ['1.0.0', 'io.a'],
      ['2.0.0', 'io.b'],
    ] as const) {
      await established.publish('published', {
        kind: 'SKILL',
        name: 's',
        version,
        claims: { team: 'a' },
        main: { namespace },
      });
    }

    const summary = await importAll();

    expect(summary.entries).toEqual({ ...NONE, created: 2 });
    expect((await versions()).map((row) => [row.namespace, row.version, row.claims])).toEqual([
      ['io.a', '1.0.0', { team: 'a' }],
      ['io.b', '2.0.0', { team: 'a' }],
    ]);
  });

  it('goes through more versions than are fetched at a time', async () => {
    await established.query(`
      WITH e AS (
        INSERT INTO registry_entry (source_id, entry_type, name)
        SELECT source.id, 'MCP', 'io.example/n' || n FROM source, generate_series(1, 400) n RETURNING id, name
      ), v AS (
        INSERT INTO entry_version (entry_id, name, version) SELECT e.id, e.name, '1.0.' || n FROM e, generate_series(1, 3) n
        RETURNING id
      )
      INSERT INTO mcp_server (version_id) SELECT id FROM v`);

    const summary = await importAll();

    expect(summary).toMatchObject({ entries: { ...NONE, created: 400 }, versions: { ...NONE, created: 1200 } });
    expect(await versions()).toHaveLength(1200);
    expect((await importAll()).versions).toEqual({ ...NONE, alreadyThere: 1200 });
  });

  it('leaves out, with a reason, what cannot be kept as it is', async () => {
    const server = (name: string, main: object | null, claims?: object) =>
      established.publish('published', {
        kind: 'MCP',
        name: `io.example/${name}`,
        version: '1.0.0',
        main: main as any,
        claims,
      });
    await server('good', {});
    await server('big', { server_meta: { 'io.example': { n: 1 } } });
    await established.query(`UPDATE mcp_server SET server_meta = '{"io.example": {"n": 9007199254740993}}'
                             WHERE server_meta IS NOT NULL`);
    await server('gone', { upstream_meta: { status: 'deleted' } });
    await server('lost', null);
    await server('odd', {}, { team: { not: 'a claim' } });

    const summary = await importAll();

    expect(summary).toMatchObject({
      entries: { created: 1, alreadyThere: 0, skipped: 4 },
      versions: { created: 1, alreadyThere: 0, skipped: 4 },
    });
    const reasons = summary.skipped
      .filter(({ resource }: any) => resource === 'version')
      .map(({ name, reason }: any) => `${name}: ${reason}`);
    expect(reasons.toSorted()).toEqual([
      'server io.example/big@1.0.0: main.server_meta.io.example.n is an integer beyond 2^53, which cannot be kept exactly',
      'server io.example/gone@1.0.0: its official status is deleted',
      'server io.example/lost@1.0.0: its row of the server table is missing',
      'server io.example/odd@1.0.0: claim "team": value must be a string or array of strings',
    ]);
  });

  it('adds nothing to an entry that has got other claims in the target', async () => {
    const publish = (version: string) =>
      established.publish('published', { kind: 'MCP', name: 'io.example/a', version, claims: { team: 'a' } });
    await publish('1.0.0');
    await importAll();
    await target.runner.query(`UPDATE entry SET claims = '{"team":"b"}'`);
    await publish('2.0.0');

    const summary = await importAll();

    expect(summary).toMatchObject({
      entries: { ...NONE, alreadyThere: 1 },
      versions: { created: 0, alreadyThere: 1, skipped: 1 },
      skipped: [
        {
          resource: 'version',
          name: 'server io.example/a@2.0.0',
          reason: 'the target has the entry with other claims',
        },
      ],
    });
    expect((await versions()).map(({ version, claims }) => [version, claims])).toEqual([['1.0.0', { team: 'b' }]]);
  });

  it('puts later versions behind those of an earlier run, and keeps the entry its age', async () => {
    const publish = (version: string, createdAt: string) =>
      established.publish('published', { kind: 'MCP', name: 'io.example/a', version, createdAt });
    await publish('1.0.0', '2025-01-01T00:00:00Z');
    await importAll();
    await publish('2.0.0', '2025-02-01T00:00:00Z');

    const summary = await importAll();

    expect(summary.versions).toEqual({ created: 1, alreadyThere: 1, skipped: 0 });
    expect((await versions()).map((row) => [row.version, row.publishedAt, row.entryCreatedAt])).toEqual([
      ['1.0.0', new Date('2025-01-01T00:00:00Z'), new Date('2025-01-01T00:00:00Z')],
      ['2.0.0', new Date('2025-02-01T00:00:00Z'), new Date('2025-01-01T00:00:00Z')],
    ]);
  });

  it('finds the only managed source of the target under another name', async () => {
    await established.publish('published', { kind: 'MCP', name: 'io.example/a', version: '1.0.0' });

    await importAll(configFile([{ name: 'own', managed: {} }]));

    expect((await versions()).map(({ source }) => source)).toEqual(['own']);
  });

  it('leaves entries out when the target has no managed source for them', async () => {
    await established.publish('published', { kind: 'MCP', name: 'io.example/a', version: '1.0.0' });

    const config = configFile([{ name: 'f', file: { path: '/f.json' }, syncPolicy: { interval: '1h' } }]);
    const summary = await importAll(config);

    expect(summary.skipped).toEqual([
      {
        resource: 'source',
        name: 'published',
        reason: 'the configuration file has no managed source for its entries',
      },
    ]);
    expect(await versions()).toEqual([]);
  });
});

describe('import of sources and registries', () => {
  const file = (name: string) => ({ name, file: { path: `/${name}.json` }, syncPolicy: { interval: '1h' } });
  const TIMES = { created_at: '2025-01-01T00:00:00.123456Z', updated_at: '2025-02-01T00:00:00.654321Z' };

  const sources = (): Promise<any[]> =>
    target.runner.query(
      `SELECT name, kind, s.creation_type AS type, settings, filter, sync_interval_microseconds AS interval, claims,
         due_at <= now() AS "isDue", to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS created
       FROM source s JOIN sync_status st ON st.source_id = s.id ORDER BY name`,
    );
  const registries = (): Promise<any[]> =>
    target.runner.query(
      `SELECT r.name, r.creation_type AS type, r.claims, r.access,
         to_char(r.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS updated,
         ARRAY(SELECT s.name FROM registry_source rs JOIN source s ON s.id = rs.source_id WHERE rs.registry_id = r.id
               ORDER BY rs.position) AS sources
       FROM registry r ORDER BY r.name`,
    );

  it('copies those of the API, and makes what they need of the configuration file', async () => {
    await established.addSource({ name: 'configured', source_type: 'file', source_config: { path: '/old.json' } });
    await established.addSource({
      name: 'upstream',
      source_type: 'git',
      creation_type: 'API',
      source_config: { repository: 'https://git.example.com/r.git', branch: 'main' },
      filter_config: { names: { include: ['io.example/*'] } },
      sync_schedule: '90 minutes',
      claims: { team: 'a' },
      ...TIMES,
    });
    await established.addSource({ name: 'own', source_type: 'managed', creation_type: 'API', claims: {}, ...TIMES });
    await established.addRegistry(
      { name: 'mixed', creation_type: 'API', claims: { team: ['a'] }, ...TIMES },
      'own',
      'configured',
      'upstream',
    );
    await established.addRegistry({ name: 'of-the-file', creation_type: 'CONFIG' }, 'configured');
    await established.publish('own', { kind: 'MCP', name: 'io.example/a', version: '1.0.0' });

    const summary = await importAll(configFile([file('configured'), file('unused')]));

    expect(summary).toEqual({
      dryRun: false,
      sources: { ...NONE, created: 2 },
      registries: { ...NONE, created: 1 },
      entries: { ...NONE, created: 1 },
      versions: { ...NONE, created: 1 },
      skipped: [],
    });
    expect(await sources()).toEqual([
      {
        name: 'configured',
        kind: 'file',
        type: 'CONFIG',
        settings: { path: '/configured.json' },
        filter: null,
        interval: 3_600_000_000,
        claims: null,
        isDue: true,
        created: expect.any(String),
      },
      {
        name: 'own',
        kind: 'managed',
        type: 'API',
        settings: {},
        filter: null,
        interval: null,
        claims: null,
        isDue: null,
        created: '2025-01-01 00:00:00.123456',
      },
      {
        name: 'upstream',
        kind: 'git',
        type: 'API',
        settings: { repository: 'https://git.example.com/r.git', branch: 'main' },
        filter: { names: { include: ['io.example/*'] } },
        interval: 5_400_000_000,
        claims: { team: 'a' },
        isDue: true,
        created: '2025-01-01 00:00:00.123456',
      },
    ]);
    expect(await registries()).toEqual([
      {
        name: 'mixed',
        type: 'API',
        claims: { team: ['a'] },
        access: 'private',
        updated: '2025-02-01 00:00:00.654321',
        sources: ['own', 'configured', 'upstream'],
      },
    ]);
  });

  it('stores the entries of inline data anew, and leaves those of synchronised sources to the next pass', async () => {
    const server = { name: 'io.example/inline', version: '1.0.0', description: 'd' };
    const data = JSON.stringify({
      $schema: 'https://example.com/s.json',
      version: '1.0.0',
      meta: { last_updated: '2025-01-01T00:00:00Z' },
      data: { servers: [{ $schema: SCHEMA, ...server }], groups: [] },
    });
    await established.addSource({
      name: 'inline',
      source_type: 'file',
      creation_type: 'API',
      source_config: { data },
      claims: { t: 'a' },
    });
    await established.addSource({
      name: 'bad',
      source_type: 'file',
      creation_type: 'API',
      source_config: { data: '{' },
    });
    await established.addSource({
      name: 'synced',
      source_type: 'api',
      creation_type: 'API',
      source_config: { endpoint: 'https://up.example.com' },
      sync_schedule: '1 hour',
    });
    await established.publish('synced', { kind: 'MCP', name: 'io.example/synced', version: '1.0.0' });

    const summary = await importAll();

    expect(summary.sources).toEqual({ created: 2, alreadyThere: 0, skipped: 1 });
    expect(summary.skipped).toEqual([
      { resource: 'source', name: 'bad', reason: expect.stringContaining('file.data: ') },
    ]);
    expect((await versions()).map(({ source, name, claims }) => [source, name, claims])).toEqual([
      ['inline', 'io.example/inline', { t: 'a' }],
    ]);
  });

  it('leaves out what would be in conflict with the configuration file', async () => {
    const config = configFile([file('taken'), MANAGED], [{ name: 'reserved', sources: ['taken'] }]);
    await established.addSource({
      name: 'taken',
      source_type: 'file',
      creation_type: 'API',
      source_config: { path: '/x' },
      sync_schedule: '1 hour',
    });
    await established.addSource({ name: 'mine', source_type: 'managed', creation_type: 'API' });
    await established.addSource({ name: 'elsewhere', source_type: 'file', source_config: { path: '/y' } });
    await established.addRegistry({ name: 'reserved', creation_type: 'API' }, 'taken');
    await established.addRegistry({ name: 'lacking', creation_type: 'API' }, 'elsewhere');
    await established.addRegistry({ name: 'a/b', creation_type: 'API' }, 'mine');
    await established.addRegistry({ name: 'good', creation_type: 'API' }, 'mine', 'taken');
    await established.publish('mine', { kind: 'MCP', name: 'io.example/a', version: '1.0.0' });

    const summary = await importAll(config);

    expect(summary).toMatchObject({
      sources: { ...NONE, skipped: 2 },
      registries: { created: 1, alreadyThere: 0, skipped: 3 },
      versions: { ...NONE, created: 1 },
    });
    expect(summary.skipped).toEqual([
      { resource: 'source', name: 'taken', reason: 'the configuration file has a source of this name' },
      { resource: 'source', name: 'mine', reason: 'its entries go to managed source "published" of the target' },
      { resource: 'registry', name: 'reserved', reason: 'the configuration file has a registry of this name' },
      { resource: 'registry', name: 'lacking', reason: 'its source "elsewhere" is not in the target' },
      { resource: 'registry', name: 'a/b', reason: expect.stringContaining('name "a/b" must not') },
    ]);
    expect((await registries()).map(({ name, sources: names }) => [name, names])).toEqual([
      ['good', ['published', 'taken']],
    ]);
  });
});

describe('import as a whole', () => {
  beforeEach(async () => {
    await established.addSource({ name: 'published', source_type: 'managed' });
    await established.addSource({
      name: 'up',
      source_type: 'api',
      creation_type: 'API',
      source_config: { endpoint: 'https://up.example.com' },
      sync_schedule: '1 hour',
    });
    await established.addRegistry({ name: 'all', creation_type: 'API' }, 'up', 'published');
    await established.publish('published', { kind: 'MCP', name: 'io.example/a', version: '1.0.0' });
    await established.publish('published', { kind: 'SKILL', name: 's', version: '1.0.0' });
  });

  const ALL = {
    sources: { ...NONE, created: 1 },
    registries: { ...NONE, created: 1 },
    entries: { ...NONE, created: 2 },
    versions: { ...NONE, created: 2 },
    skipped: [],
  };

  it('changes nothing when it is repeated', async () => {
    await importAll();
    const before = await everything();

    const summary = await importAll();

    expect(summary).toEqual({
      dryRun: false,
      sources: { ...NONE, alreadyThere: 1 },
      registries: { ...NONE, alreadyThere: 1 },
      entries: { ...NONE, alreadyThere: 2 },
      versions: { ...NONE, alreadyThere: 2 },
      skipped: [],
    });
    expect(await everything()).toEqual(before);
  });

  it('writes nothing in a dry run on an empty database, and says what it would do', async () => {
    const summary = await importAll(configFile(), '--dry-run');

    expect(summary).toEqual({ dryRun: true, ...ALL });
    expect(await target.runner.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
  });

  it('writes nothing in a dry run on a target in use', async () => {
    await importAll();
    await established.publish('published', { kind: 'MCP', name: 'io.example/a', version: '2.0.0' });
    const before = await everything();

    const summary = await importAll(configFile(), '--dry-run');

    expect(summary).toMatchObject({
      dryRun: true,
      entries: { ...NONE, alreadyThere: 2 },
      versions: { created: 1, alreadyThere: 2, skipped: 0 },
    });
    expect(await everything()).toEqual(before);
  });

  it('does not change the database that it reads', async () => {
    const dump = () => established.query('SELECT xmin::text, t::text FROM entry_version t ORDER BY 2');
    const before = await dump();

    await importAll();

    expect(await dump()).toEqual(before);
    expect(await established.query('SELECT * FROM schema_migrations')).toEqual([{ version: '23', dirty: false }]);
  });

  it.each([
    ['UPDATE schema_migrations SET version = 22', 'is at schema version 22, only version 23 can be imported: start'],
    ['UPDATE schema_migrations SET version = 24', 'is at schema version 24, only version 23 can be imported'],
    ['UPDATE schema_migrations SET dirty = true', 'is marked dirty'],
    ['DROP TABLE schema_migrations', 'has no schema'],
  ])('refuses a source after %s', async (change, message) => {
    await established.query(change);

    const { code, stdout, stderr } = await run(configFile());

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(await target.runner.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
  });

  it('refuses a target that is itself the database of the established server', async () => {
    const { database } = established.db.config;

    const { code, stderr } = await run(configFile([MANAGED], [], { database }));

    expect(code).toBe(1);
    expect(stderr).toContain('has schema version 23 of another registry server');
  });

  it('rolls everything back when something fails half-way', async () => {
    await established.query('DROP TABLE skill_git_package');

    const { code, stderr } = await run(configFile());

    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: .*skill_git_package/);
    expect(await target.runner.query('SELECT name FROM source UNION SELECT name FROM registry')).toEqual([]);
  });

  it('says which flag is missing, and never repeats a password', async () => {
    const config = configFile();
    const url = new URL(established.url);
    url.password = 'not-the-password';
    url.pathname = '/nowhere';

    const missing = await runInProcess(['import', '--config', config]);
    const refused = await runInProcess(['import', '--config', config, '--from', url.href]);

    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('required flag(s) "from" not set') });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('cannot connect to database "nowhere"');
    expect(refused.stderr).not.toContain('not-the-password');
  });
});
