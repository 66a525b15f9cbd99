import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDocument, newServer } from './harness/documents.js';
import {
  createServerDatabase,
  startServer,
  type Answer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const OFFICIAL = 'io.modelcontextprotocol.registry/official';
const first = [
  newServer('io.example/alpha', '1.0.0', { title: 'First Letter', description: 'Knows about Weather' }),
  newServer('io.example/beta', '1.0.0', { title: 'Zweiter Büchstabe', websiteUrl: 'https://sitewide.example.com' }),
  newServer('io.example/beta', '1.9.0'),
  newServer('io.example/beta', '1.10.0'),
  newServer('io.example/beta', '2.0.0-beta.1'),
  newServer('io.example/comma', '1,5'),
  newServer('io.example/gamma', '3.1.0+build.7'),
  newServer('io.example/delta', '0.9.0'),
  newServer('io.example/delta', 'v2.0.0'),
  newServer('io.example/slashed', 'release/7'),
  newServer('io.example/dup', '1.0.0', { description: 'from first' }),
  newServer('io.example/dup', '2.0.0', { description: 'from first' }),
];
const second = [
  newServer('io.example/dup', '0.5.0', { description: 'from second' }),
  newServer('io.example/dup', '3.0.0', { description: 'from second' }),
  newServer('io.example/only-second', '1.0.0', {
    packages: undefined,
    remotes: [{ type: 'sse', url: 'https://example.com/sse' }],
  }),
];
const ALL_OF_FIRST = [
  'alpha@1.0.0',
  'beta@1.0.0',
  'beta@1.10.0',
  'beta@1.9.0',
  'beta@2.0.0-beta.1',
  'comma@1,5',
  'delta@0.9.0',
  'delta@v2.0.0',
  'dup@1.0.0',
  'dup@2.0.0',
  'gamma@3.1.0+build.7',
  'slashed@release/7',
];

describe('the servers of a registry', () => {
  let database: ServerDatabase;
  let server: RunningServer;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consumer-servers-'));
    await writeFile(join(folder, 'first.json'), newDocument(first));
    await writeFile(join(folder, 'second.json'), newDocument(second));
    database = await createServerDatabase();
    const file = (name: string) => ({
      name,
      file: { path: join(folder, `${name}.json`) },
      syncPolicy: { interval: '1h' },
    });
    server = await startServer({
      sources: [{ name: 'own', managed: {} }, file('first'), file('second')],
      registries: [
        { name: 'one', sources: ['first'] },
        { name: 'both', sources: ['first', 'second'] },
        { name: 'reversed', sources: ['second', 'first'] },
        { name: 'own-only', sources: ['own'] },
        { name: 'everything', sources: ['own', 'first', 'second'] },
      ],
      auth: { mode: 'anonymous' },
      database: database.block,
    });
    await server.synced('first');
    await server.synced('second');
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const path = (registry = 'one') => `/registry/${registry}/v0.1/servers`;
  const versionPath = (name: string, version: string, registry?: string) =>
    `${path(registry)}/${encodeURIComponent(`io.example/${name}`)}/versions/${encodeURIComponent(version)}`;
  const pairs = ({ json }: Answer): string[] =>
    json.servers.map((item: any) => `${item.server.name.split('/')[1]}@${item.server.version}`);
  const listed = async (query: string, registry?: string) => pairs(await server.get(`${path(registry)}?${query}`));

  async function walk(query: string, registry?: string): Promise<string[]> {
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = await server.get(`${path(registry)}?${query}${cursor && `&cursor=${cursor}`}`);
      expect(answer.json.metadata.count).toBe(answer.json.servers.length);
      seen.push(...pairs(answer));
      cursor = answer.json.metadata.nextCursor ?? '';
      expect(cursor).toMatch(/^[A-Za-z0-9._~-]*$/);
    } while (cursor !== '');
    return seen;
  }

  const publish = async (name: string, version: string, extra: Record<string, unknown> = {}) => {
    const body = { server: newServer(`io.example/${name}`, version, extra) };
    expect((await server.request('POST', '/v1/entries', { body })).status).toBe(201);
  };
  const unpublish = async (name: string, version: string) => {
    const entry = `/v1/entries/server/io.example%2F${name}/versions/${version}`;
    expect((await server.request('DELETE', entry)).status).toBe(204);
  };

  it('are listed one item a version, by name and then version as a text', async () => {
    const answer = await server.get(path());

    expect(pairs(answer)).toEqual(ALL_OF_FIRST);
    expect(answer.json.metadata).toEqual({ count: 12 });
    expect(Object.keys(answer.json.servers[0]).toSorted()).toEqual(['_meta', 'server']);
  });

  it('of an empty registry are an empty page', async () => {
    expect((await server.get(path('own-only'))).json).toEqual({ servers: [], metadata: { count: 0 } });
  });

  it.each([1, 2, 3, 5, 11, 12, 5000])('can be walked %i at a time', async (limit) => {
    expect(await walk(`limit=${limit}`)).toEqual(ALL_OF_FIRST);
  });

  it('can be walked one latest version at a time, as the command line client does', async () => {
    expect(await walk('limit=1&version=latest')).toEqual([
      'alpha@1.0.0',
      'beta@2.0.0-beta.1',
      'comma@1,5',
      'delta@v2.0.0',
      'dup@2.0.0',
      'gamma@3.1.0+build.7',
      'slashed@release/7',
    ]);
  });

  it('can be followed with the cursor alone, as VS Code does', async () => {
    const page = await server.get(`${path()}?limit=1&search=beta&version=latest&total=true`);
    const rest = await server.get(`${path()}?limit=3&search=beta`);

    expect(page.json.metadata).toEqual({ count: 1, total: 1 });
    expect(await listed(`limit=50&cursor=${rest.json.metadata.nextCursor}`)).toEqual(['beta@2.0.0-beta.1']);
  });

  it('can be walked back to the page before', async () => {
    const one = await server.get(`${path()}?limit=5`);
    const two = await server.get(`${path()}?limit=5&cursor=${one.json.metadata.nextCursor}`);

    const back = await server.get(`${path()}?limit=5&cursor=${two.json.metadata.prevCursor}`);

    expect(back.json.servers).toEqual(one.json.servers);
    expect(one.json.metadata.prevCursor).toBeUndefined();
  });

  it.each([
    ['io.example/beta,1.9.0', 'beta@2.0.0-beta.1'],
    ['io.example/c-not-there,1.0.0', 'comma@1,5'],
  ])('are continued after the old cursor of %s', async (text, expected) => {
    const cursor = encodeURIComponent(Buffer.from(text).toString('base64'));

    expect((await listed(`cursor=${cursor}`))[0]).toBe(expected);
  });

  it.each<[string, string[]]>([
    ['search=ALPH', ['alpha@1.0.0']],
    ['search=first%20letter', ['alpha@1.0.0']],
    ['search=wEaThEr', ['alpha@1.0.0']],
    ['search=zweiter+b%C3%BCch', ['beta@1.0.0']],
    ['search=sitewide', []],
    ['search=%20alpha', []],
    ['search=%25', []],
    ['search=a;b', []],
    ['version=1.9.0', ['beta@1.9.0']],
    ['version=LATEST', []],
    ['version=3.1.0%2Bbuild.7', ['gamma@3.1.0+build.7']],
    ['version=3.1.0+build.7', []],
    ['version=1.9.0&search=alpha', []],
    ['version=latest&search=delta', ['delta@v2.0.0']],
    ['updated_since=2099-01-01T00:00:00Z', []],
    ['kind=remote', []],
    ['tag=none', []],
    ['transport=stdio&registry_type=npm&kind=package&search=slashed', ['slashed@release/7']],
  ])('are narrowed by %s', async (query, expected) => {
    expect(await listed(query)).toEqual(expected);
  });

  it.each(['foo=bar', 'include_deleted=true', 'limit=&cursor=&search=&version=', 'updated_since=0001-01-01T00:00:00Z'])(
    'are all there with %s',
    async (query) => {
      expect(await listed(query)).toEqual(ALL_OF_FIRST);
    },
  );

  it.each([
    ['limit=abc', 'Invalid limit parameter: must be an integer'],
    ['limit=0', 'Invalid limit parameter: must be a positive integer'],
    ['cursor=abc', 'Invalid cursor parameter'],
    ['updated_since=x', 'Invalid updated_since parameter: must be RFC3339 format (e.g., 2025-08-07T13:15:04.280Z)'],
    ['transport=x', 'Invalid transport parameter: must be one of stdio, sse, streamable-http'],
    ['search=%00', 'search cannot contain U+0000'],
    ['limit=%zz', 'invalid percent-encoding in the query string'],
  ])('are refused with %s, also in an unknown registry', async (query, error) => {
    for (const registry of ['one', 'nope']) {
      const { status, json } = await server.get(`${path(registry)}?${query}`);
      expect([status, json]).toEqual([400, { error }]);
    }
  });

  it.each([
    ['/registry/%20/v0.1/servers', 'registryName cannot be empty'],
    ['/registry//v0.1/servers', 'registryName cannot be empty'],
    ['/registry/o%20ne/v0.1/servers', 'registryName cannot contain whitespace'],
    ['/registry/one/v0.1/servers//versions', 'serverName cannot be empty'],
    ['/registry/one/v0.1/servers/a%2Fb/versions/%20', 'version cannot be empty'],
    ['/registry/%20/v0.1/servers?limit=abc', 'registryName cannot be empty'],
    ['/registry/%20/v0.1/servers/beta/versions', 'registryName cannot be empty'],
    ['/registry/%20/v0.1/servers/beta/versions/%20', 'registryName cannot be empty'],
    ['/registry/one/v0.1/servers/a%2F/versions/%20', 'invalid server name format: name part cannot be empty'],
    [
      '/registry/nope/v0.1/servers/beta/versions',
      "invalid server name format: server name must be in format 'dns-namespace/name' (e.g., 'com.example.api/server')",
    ],
    [
      '/registry/one/v0.1/servers/io.example%252Fbeta/versions/latest',
      "invalid server name format: server name must be in format 'dns-namespace/name' (e.g., 'com.example.api/server')",
    ],
  ])('are refused under %s', async (malformed, error) => {
    const { status, json } = await server.get(malformed);

    expect([status, json]).toEqual([400, { error }]);
  });

  it.each(['?limit=5', '/io.example%2Fbeta/versions', '/io.example%2Fbeta/versions/latest'])(
    'are not found in an unknown registry: %s',
    async (tail) => {
      for (const registry of ['nope', 'ONE', 'a%2Fb']) {
        const { status, json } = await server.get(`${path(registry)}${tail}`);
        expect([status, json]).toEqual([404, { error: 'registry not found' }]);
      }
    },
  );

  it('have all their versions, newest first, whatever the query says', async () => {
    const answer = await server.get(`${path()}/io.example%2Fbeta/versions?limit=abc&cursor=zz`);

    expect(pairs(answer)).toEqual(['beta@2.0.0-beta.1', 'beta@1.10.0', 'beta@1.9.0', 'beta@1.0.0']);
    expect(answer.json.metadata).toEqual({ count: 4 });
  });

  it.each([
    ['beta', '1.9.0', '1.9.0'],
    ['beta', 'latest', '2.0.0-beta.1'],
    ['delta', 'latest', 'v2.0.0'],
    ['slashed', 'release/7', 'release/7'],
    ['gamma', '3.1.0+build.7', '3.1.0+build.7'],
  ])('have one version each: %s %s', async (name, asked, version) => {
    const { status, json } = await server.get(versionPath(name, asked));

    expect(status).toBe(200);
    expect(json.server.version).toBe(version);
    expect(json._meta[OFFICIAL].isLatest).toBe(name !== 'beta' || asked === 'latest');
  });

  it.each([
    ['nope', 'latest'],
    ['beta', '9.9.9'],
    ['beta', 'LATEST'],
    ['Beta', 'latest'],
  ])('are not found when there is none: %s %s', async (name, version) => {
    const { status, json } = await server.get(versionPath(name, version));

    expect([status, json]).toEqual([404, { error: 'not found' }]);
  });

  it('of an unknown name have no versions', async () => {
    expect((await server.get(`${path()}/io.example%2Fnope/versions`)).status).toBe(404);
  });

  it.each([
    ['both', ['dup@1.0.0', 'dup@2.0.0'], 'dup@2.0.0'],
    ['reversed', ['dup@0.5.0', 'dup@3.0.0'], 'dup@3.0.0'],
  ])('come from the first source of their name in registry %s', async (registry, versions, latest) => {
    for (const limit of [1, 2, 3, 100]) {
      const items = await walk(`limit=${limit}`, registry);
      expect(items.filter((item) => item.startsWith('dup@'))).toEqual(versions);
      expect(items).toHaveLength(13);
    }
    expect(await listed('version=latest&search=dup', registry)).toEqual([latest]);
    const answer = await server.get(`${path(registry)}/io.example%2Fdup/versions`);
    expect(pairs(answer).toSorted()).toEqual(versions);
  });

  it.each([
    ['both', '3.0.0'],
    ['both', '0.5.0'],
    ['reversed', '1.0.0'],
  ])('of a later source of the same name are hidden in registry %s: %s', async (registry, version) => {
    expect((await server.get(versionPath('dup', version, registry))).status).toBe(404);
    expect(await listed(`version=${version}&search=dup`, registry)).toEqual([]);
  });

  it('show at once what is published, and the later source when it is gone again', async () => {
    await publish('alpha', '1.0.0', { description: 'published' });
    const described = async (registry: string) =>
      (await server.get(versionPath('alpha', '1.0.0', registry))).json.server?.description;

    expect(await described('everything')).toBe('published');
    expect(await described('both')).toBe('Knows about Weather');
    await unpublish('alpha', '1.0.0');
    expect(await described('everything')).toBe('Knows about Weather');
    expect(await described('own-only')).toBeUndefined();
  });

  it('move their latest when a version comes or goes', async () => {
    const latest = async () => (await server.get(versionPath('moving', 'latest', 'own-only'))).json.server?.version;
    const seen: unknown[] = [];

    for (const version of ['1.2.0', '1.10.0', '1.9.0']) await publish('moving', version);
    seen.push(await latest());
    for (const version of ['1.10.0', '1.9.0', '1.2.0']) {
      await unpublish('moving', version);
      seen.push(await latest());
    }

    expect(seen).toEqual(['1.10.0', '1.9.0', '1.2.0', undefined]);
  });

  it('go on in a walk while entries come and go', async () => {
    for (const name of ['w1', 'w2', 'w3', 'w4']) await publish(name, '1.0.0');
    const page = await server.get(`${path('own-only')}?limit=2`);
    await unpublish('w2', '1.0.0');
    await publish('w0', '1.0.0');
    await publish('w3', '2.0.0');

    const next = await listed(`limit=3&cursor=${page.json.metadata.nextCursor}`, 'own-only');

    expect(pairs(page)).toEqual(['w1@1.0.0', 'w2@1.0.0']);
    expect(next).toEqual(['w3@1.0.0', 'w3@2.0.0', 'w4@1.0.0']);
  });

  it.each(['', '?limit=2', '?search=beta', '/io.example%2Fbeta/versions', '/io.example%2Fbeta/versions/latest'])(
    'are validated and not sent again: %s',
    async (tail) => {
      const { headers } = await server.get(`${path()}${tail}`);
      const etag = String(headers['etag']);

      expect(etag).toMatch(/^"[^"]+"$/);
      expect(headers['cache-control']).toBe('public, no-cache');
      for (const condition of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const again = await server.get(`${path()}${tail}`, { headers: { 'if-none-match': condition } });
        expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', etag]);
      }
      const other = await server.get(`${path()}${tail}`, { headers: { 'if-none-match': '"x"' } });
      expect(other.status).toBe(200);
    },
  );

  it.each(['?limit=3', '/io.example%2Fbeta/versions', '/io.example%2Fbeta/versions/latest'])(
    'are answered again as the first time, but for the request id: %s',
    async (tail) => {
      const target = `${path('reversed')}${tail}`;
      const comparable = ({ status, text, headers }: Answer) => [
        status,
        text,
        { ...headers, 'x-request-id': typeof headers['x-request-id'], date: '' },
      ];
      const first = await server.get(target);
      const again = await server.get(target);
      const head = await server.request('HEAD', target);

      expect(first.status).toBe(200);
      expect(comparable(again)).toEqual(comparable(first));
      expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
      expect(comparable(head)).toEqual(comparable({ ...first, text: '' }));
      expect((await server.request('POST', target)).status).toBe(405);
    },
  );

  it('have another validator after a change', async () => {
    const before = (await server.get(path('own-only'))).headers['etag'];

    await publish('late', '1.0.0');

    const after = await server.get(path('own-only'), { headers: { 'if-none-match': String(before) } });
    expect(after.status).toBe(200);
    expect(after.headers['etag']).not.toBe(before);
  });
});
