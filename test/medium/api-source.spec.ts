import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newServer, newSkill } from '../../e2e/harness/documents.js';
import type { EntryDocument } from '../../src/documents/entry-document.js';
import type { ApiSettings, SourceFilter } from '../../src/model/source-settings.js';
import { ApiSourceFetcher } from '../../src/sync/fetchers/api-source.fetcher.js';
import { HttpClient } from '../../src/sync/http/http-client.js';
import type { Changes, PassBasis, Snapshot, SourceReading } from '../../src/sync/source-reading.js';
import { Upstream, type UpstreamServer } from '../harness/upstream.js';

const DESCRIPTION = 'info: {version: "1.0.0", description: "https://github.com/modelcontextprotocol/registry"}';
const http = new HttpClient(false);
let upstream: Upstream;
let fetcher: ApiSourceFetcher;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-source-'));
});
afterAll(async () => {
  await http.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  upstream = await new Upstream().start();
  upstream.description = DESCRIPTION;
  fetcher = new ApiSourceFetcher({ maxMetaSize: 262_144 });
});
afterEach(() => upstream.stop());

interface Options {
  readonly api?: Partial<ApiSettings>;
  readonly filter?: SourceFilter;
  readonly onInvalidEntry?: 'fail' | 'skip';
  readonly basis?: PassBasis;
}

function read({ api, filter, onInvalidEntry, basis }: Options = {}): Promise<SourceReading> {
  const settings = { endpoint: upstream.url, ...api };
  const content = { settings: { kind: 'api' as const, api: settings }, filter, onInvalidEntry };
  return fetcher.read(settings, content, basis, { http, signal: new AbortController().signal });
}

/** What a pass would know about the one before. */
function basisOf(reading: SourceReading): PassBasis {
  if (reading.kind === 'unchanged') throw new Error('nothing was read');
  const contentHash = reading.kind === 'snapshot' ? reading.contentHash : null;
  const { fetchState, rejected, rejectedCount } = reading;
  return { contentHash, fetchState, rejected, rejectedCount };
}

async function names(reading: SourceReading): Promise<string[]> {
  if (reading.kind !== 'snapshot') throw new Error(`a snapshot was expected, not ${reading.kind}`);
  const found: string[] = [];
  for await (const { kind, name, version } of reading.entries) found.push(`${kind} ${name}@${version}`);
  await reading.dispose();
  return found;
}

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
function stamped(name: string, minute: number, extra: Record<string, unknown> = {}): UpstreamServer {
  const stamps = { status: 'active', updatedAt: at(minute), publishedAt: at(minute), isLatest: true, ...extra };
  return { server: newServer(`io.example/${name}`), official: stamps };
}
const plain = (name: string): UpstreamServer => ({ server: newServer(`io.example/${name}`) });

describe('ApiSourceFetcher, reading everything', () => {
  it('follows all pages, also short and empty ones, with opaque cursors', async () => {
    upstream.servers = Array.from({ length: 25 }, (_, index) => plain(`s${index}`));
    upstream.pageSize = 10;

    expect(await names(await read())).toHaveLength(25);

    const requests = upstream.takeListRequests();
    expect(requests.map(({ query }) => query)).toEqual([
      { limit: '100' },
      { limit: '100', cursor: 'after 10' },
      { limit: '100', cursor: 'after 20' },
    ]);
  });

  it('sends the documented headers and no credentials', async () => {
    await names(await read({ api: { endpoint: `${upstream.url}/` } }));

    expect(upstream.requests.map(({ path }) => path)).toEqual(['/openapi.yaml', '/v0.1/servers']);
    for (const { headers } of upstream.requests) {
      expect(headers).toMatchObject({ 'user-agent': 'toolhive-registry-server/1.0', accept: 'application/json' });
      expect(headers.authorization).toBeUndefined();
    }
  });

  it.each([
    ['another version', 'info: {version: "2.0.0", description: "https://github.com/modelcontextprotocol/registry"}'],
    ['a number for a version', 'info: {version: 1.0, description: "https://github.com/modelcontextprotocol/registry"}'],
    ['no description', 'info: {version: 1.0.0}'],
    ['HTML', '<html></html>'],
    ['no YAML', '{{{'],
  ])('refuses an upstream that describes itself as something else: %s', async (_what, description) => {
    upstream.description = description;

    await expect(read()).rejects.toThrow('unable to validate Upstream format');

    expect(upstream.takeListRequests()).toEqual([]);
  });

  it('judges an upstream without description by its list', async () => {
    upstream.description = undefined;
    upstream.servers = [plain('a')];

    expect(await names(await read())).toEqual(['server io.example/a@1.0.0']);
  });

  it.each([
    '{}',
    'null',
    '[]',
    '"x"',
    '{"servers":null}',
    '{"servers":[',
    '<html>',
    '{"servers":[],"metadata":{"nextCursor":5}}',
    '{"servers":[],"metadata":{"count":"0"}}',
    '{"servers":[],"metadata":"x"}',
    '{"servers":[],"metadata":[]}',
  ])('fails over an answer that is no page: %s', async (body) => {
    upstream.fault = ({ path }, response) => path === '/v0.1/servers' && Boolean(response.end(body));

    await expect(read()).rejects.toThrow('/v0.1/servers');
  });

  it('skips a byte-order mark', async () => {
    const body = `\uFEFF${JSON.stringify({ servers: [plain('a')] })}`;
    upstream.fault = ({ path }, response) => path === '/v0.1/servers' && Boolean(response.end(body));

    expect(await names(await read())).toEqual(['server io.example/a@1.0.0']);
  });

  it('fails over a page that is no UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"servers":[],"x":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    upstream.fault = ({ path }, response) => path === '/v0.1/servers' && Boolean(response.end(body));

    await expect(read()).rejects.toThrow('the answer is not JSON');
  });

  it.each(['x', '/v0.1', 'ftp://h/x', '//h/x'])('names an endpoint that cannot be asked: %s', async (endpoint) => {
    await expect(read({ api: { endpoint } })).rejects.toThrow(
      `api.endpoint must be an absolute http or https URL: ${endpoint}`,
    );
  });

  it('fails over a cursor that comes back, and over ten empty pages', async () => {
    let page = 0;
    upstream.fault = ({ path }, response) =>
      path === '/v0.1/servers' && Boolean(response.end('{"servers":[],"metadata":{"nextCursor":"same"}}'));
    await expect(read()).rejects.toThrow('came a second time');
    expect(upstream.takeListRequests()).toHaveLength(2);

    upstream.fault = ({ path }, response) =>
      path === '/v0.1/servers' && Boolean(response.end(`{"servers":[],"metadata":{"nextCursor":"${page++}"}}`));
    await expect(read()).rejects.toThrow('10 pages in a row');
  });

  it('stops at api.maxServers', async () => {
    upstream.servers = Array.from({ length: 6 }, (_, index) => plain(`s${index}`));

    await expect(read({ api: { maxServers: 5 } })).rejects.toThrow('more than 5 entries');
  });

  it('takes over the status, leaves out what is deleted or invalid, and says where it stood', async () => {
    upstream.servers = [
      stamped('active', 1),
      stamped('old', 1, { status: 'deprecated' }),
      stamped('gone', 1, { status: 'deleted' }),
      { server: { name: 'no slash', description: 'd', version: '1' } },
      { server: undefined },
    ];

    const reading = (await read()) as Snapshot;
    const entries: EntryDocument[] = [];
    for await (const entry of reading.entries) entries.push(entry);

    expect(entries.map(({ name, status }) => [name, status])).toEqual([
      ['io.example/active', 'active'],
      ['io.example/old', 'deprecated'],
    ]);
    expect(reading.rejectedCount).toBe(2);
    expect(reading.rejected[0]).toMatchObject({
      name: 'no slash',
      path: `${upstream.url}/v0.1/servers#/servers/2/server/name`,
    });
    await reading.dispose();
  });

  it('is lenient by default, less so when skipping was asked for, and not at all when it was not', async () => {
    upstream.servers = [plain('a'), { server: { name: '1' } }, { server: { name: '2' } }];

    const reading = (await read()) as Snapshot;
    await reading.dispose();
    expect(reading.rejectedCount).toBe(2);
    await expect(read({ onInvalidEntry: 'skip' })).rejects.toThrow('2 of 3 entries are invalid');
    await expect(read({ onInvalidEntry: 'fail' })).rejects.toThrow('validation failed');
    upstream.servers.shift();
    await expect(read()).rejects.toThrow('2 of 2 entries are invalid');
  });

  it('collapses equal duplicates and leaves out all copies of differing ones', async () => {
    const other = { server: newServer('io.example/twice', '1.0.0', { description: 'other' }) };
    upstream.servers = [plain('same'), plain('same'), plain('twice'), other, plain('last')];

    const reading = (await read()) as Snapshot;

    expect(await names(reading)).toEqual(['server io.example/same@1.0.0', 'server io.example/last@1.0.0']);
    expect(reading.rejectedCount).toBe(2);
    expect(reading.rejected.map(({ name, path }) => [name, path.replace(/^.*(?=\/v0\.1)/, '')])).toEqual([
      ['io.example/twice', '/v0.1/servers#/servers/3/server'],
      ['io.example/twice', '/v0.1/servers'],
    ]);
  });

  it('filters, and compares before the filter', async () => {
    upstream.servers = [plain('a'), plain('b')];
    const first = await read({ filter: { names: { include: ['*/a'] } } });

    expect(await names(first)).toEqual(['server io.example/a@1.0.0']);
    expect((await read({ basis: basisOf(first) })).kind).toBe('unchanged');
    upstream.servers = [plain('a'), plain('c')];
    const third = (await read({ basis: basisOf(first) })) as Snapshot;
    await third.dispose();
    expect(third.kind).toBe('snapshot');
  });

  it('asks for skills and plugins only where they may be, and takes a missing list for none', async () => {
    upstream.skills = [newSkill('skill')];
    expect(await names(await read())).toEqual([]);

    upstream.description += '\npaths: {/v0.1/x/dev.toolhive/skills: {}}';
    expect(await names(await read())).toEqual(['skill skill@1.0.0']);

    upstream.plugins = [newSkill('plugin')];
    expect(await names(await read())).toEqual(['skill skill@1.0.0', 'plugin plugin@1.0.0']);
  });

  it('ends with its time limit, and leaves no file behind', async () => {
    upstream.fault = ({ query }) => query['cursor'] !== undefined;
    upstream.servers = Array.from({ length: 150 }, (_, index) => plain(`s${index}`));
    const temporary = await mkdtemp(join(folder, 'tmp-'));
    vi.stubEnv('TMPDIR', temporary);

    await expect(read({ api: { passTimeout: '700ms' } })).rejects.toThrow(/reading .*not done within 700ms/);

    expect(await readdir(temporary)).toEqual([]);
    vi.unstubAllEnvs();
  });
});

describe('ApiSourceFetcher, facing faults', () => {
  it.each([
    ['a 503', 503],
    ['a 429', 429],
    ['a 408', 408],
  ])('outlasts %s', async (_what, status) => {
    let failures = 0;
    upstream.servers = [plain('a')];
    upstream.fault = ({ path }, response) =>
      path === '/v0.1/servers' && failures++ < 3 && Boolean(response.writeHead(status, { 'retry-after': '0' }).end());

    expect(await names(await read())).toEqual(['server io.example/a@1.0.0']);

    expect(upstream.takeListRequests()).toHaveLength(4);
  });

  it('waits as long as Retry-After says, and backs off by itself otherwise', async () => {
    let failures = 0;
    upstream.fault = ({ path }, response) => {
      if (path !== '/v0.1/servers' || failures++ >= 2) return false;
      if (failures === 1) response.setHeader('retry-after', '1');
      response.writeHead(500).end();
      return true;
    };

    await names(await read());

    const [first, second, third] = upstream.takeListRequests().map((request) => request.at);
    expect(second! - first!).toBeGreaterThanOrEqual(990);
    expect(third! - second!).toBeGreaterThanOrEqual(990);
  });

  it('gives up after four tries, and at once where trying again cannot help', async () => {
    upstream.fault = ({ path }, response) =>
      path === '/v0.1/servers' && Boolean(response.writeHead(502, { 'retry-after': '0' }).end());
    await expect(read()).rejects.toThrow('status 502');
    expect(upstream.takeListRequests()).toHaveLength(4);

    upstream.fault = ({ path }, response) => path === '/v0.1/servers' && Boolean(response.writeHead(403).end());
    await expect(read()).rejects.toThrow('status 403');
    expect(upstream.takeListRequests()).toHaveLength(1);
  });

  it('tries again when a connection breaks in the middle of an answer, or no answer comes in time', async () => {
    let failures = 0;
    upstream.servers = [plain('a')];
    upstream.fault = ({ path }, response) => {
      if (path !== '/v0.1/servers' || failures++ >= 2) return false;
      if (failures === 1) return true;
      response.writeHead(200, { 'content-length': '100' }).write('{"servers":');
      setTimeout(() => response.destroy(), 20);
      return true;
    };

    expect(await names(await read({ api: { timeout: '300ms' } }))).toEqual(['server io.example/a@1.0.0']);
  });
});

describe('ApiSourceFetcher, authenticating', () => {
  let tokens: Server;
  let issued: number;
  let refusesBasic: boolean;
  let forms: URLSearchParams[];

  beforeEach(async () => {
    issued = 0;
    refusesBasic = false;
    forms = [];
    tokens = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const form = new URLSearchParams(text);
        forms.push(form);
        if (refusesBasic && !form.has('client_secret')) response.writeHead(401).end('{"error":"invalid_client"}');
        else response.end(JSON.stringify({ access_token: `token-${++issued}`, expires_in: 3600 }));
      });
    });
    await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    tokens.closeAllConnections();
    await new Promise((resolve) => tokens.close(resolve));
  });

  async function secret(name: string, content: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  async function oauth2(): Promise<ApiSettings['auth']> {
    return {
      oauth2: {
        tokenUrl: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`,
        clientId: 'bot',
        clientSecretFile: await secret('client-secret', 's3cret\n'),
        scopes: ['read', 'list'],
        audience: 'upstream',
      },
    };
  }

  const authorizations = () => new Set(upstream.requests.splice(0).map(({ headers }) => headers.authorization));

  it('sends a bearer token from a file, read anew for each pass', async () => {
    const bearerTokenFile = await secret('token', ' first\n');
    await names(await read({ api: { auth: { bearerTokenFile } } }));
    expect(authorizations()).toEqual(new Set(['Bearer first']));

    await secret('token', 'second');
    await names(await read({ api: { auth: { bearerTokenFile } } }));
    expect(authorizations()).toEqual(new Set(['Bearer second']));
  });

  it('sends headers from files', async () => {
    const headers = { 'X-Api-Key': await secret('key', 'k1\n') };
    await names(await read({ api: { auth: { headers } } }));
    expect(upstream.requests.every((request) => request.headers['x-api-key'] === 'k1')).toBe(true);

    await secret('key', 'k1\nk2');
    await expect(read({ api: { auth: { headers } } })).rejects.toThrow(/^(?!.*k2).*x-api-key/);
  });

  it('names the setting of a file that cannot be read', async () => {
    const auth = { bearerTokenFile: join(folder, 'missing') };
    await expect(read({ api: { auth } })).rejects.toThrow('api.auth.bearerTokenFile is not accessible');
  });

  it('refuses a bearer token file without a token', async () => {
    const bearerTokenFile = await secret('empty-token', ' \n');

    await expect(read({ api: { auth: { bearerTokenFile } } })).rejects.toThrow(
      `api.auth.bearerTokenFile is empty: ${bearerTokenFile}`,
    );
    expect(upstream.requests).toEqual([]);
  });

  it('gets a token by client credentials once, and again when the upstream refuses it', async () => {
    const auth = await oauth2();
    await names(await read({ api: { auth } }));
    await names(await read({ api: { auth } }));
    expect(authorizations()).toEqual(new Set(['Bearer token-1']));
    expect(Object.fromEntries(forms[0]!)).toEqual({
      grant_type: 'client_credentials',
      scope: 'read list',
      audience: 'upstream',
    });

    upstream.fault = ({ headers }, response) =>
      headers.authorization === 'Bearer token-1' && Boolean(response.writeHead(401).end());
    await names(await read({ api: { auth } }));
    expect(authorizations()).toEqual(new Set(['Bearer token-1', 'Bearer token-2']));
  });

  it('puts the client secret into the form for servers that want it there, and never into a message', async () => {
    refusesBasic = true;
    const auth = await oauth2();
    await names(await read({ api: { auth } }));
    expect(forms[1]?.get('client_secret')).toBe('s3cret');

    tokens.removeAllListeners('request');
    tokens.on('request', (_request, response: { writeHead(status: number): { end(text: string): void } }) => {
      response.writeHead(400).end('bad secret s3cret');
    });
    const stale = new ApiSourceFetcher({ maxMetaSize: 1 });
    const settings = { endpoint: upstream.url, auth };
    const content = { settings: { kind: 'api' as const, api: settings } };
    const signal = new AbortController().signal;
    await expect(stale.read(settings, content, undefined, { http, signal })).rejects.toThrow(
      /^(?!.*s3cret).*status 400/,
    );
  });

  it('keeps credentials from another origin that a redirect leads to', async () => {
    const elsewhere = await new Upstream().start();
    elsewhere.servers = [plain('moved')];
    upstream.fault = ({ path }, response) =>
      path === '/v0.1/servers' && Boolean(response.writeHead(307, { location: `${elsewhere.url}${path}` }).end());

    const auth = { bearerTokenFile: await secret('token', 'secret') };
    expect(await names(await read({ api: { auth } }))).toEqual(['server io.example/moved@1.0.0']);

    expect(elsewhere.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await elsewhere.stop();
  });
});

describe('ApiSourceFetcher, reading changes', () => {
  it('asks for what changed since the newest stamp, less a minute, and applies changes and tombstones', async () => {
    upstream.servers = [stamped('a', 1), stamped('b', 5), stamped('c', 10)];
    const first = await read();
    expect(await names(first)).toHaveLength(3);
    upstream.takeListRequests();
    upstream.servers = [
      { ...stamped('a', 20, { publishedAt: at(1) }), server: newServer('io.example/a', '1.0.0', { title: 'new' }) },
      stamped('b', 21, { status: 'deleted' }),
      stamped('c', 10),
      stamped('d', 22),
    ];

    const second = (await read({ basis: basisOf(first) })) as Changes;

    expect(upstream.takeListRequests().map(({ query }) => query)).toEqual([
      { limit: '100', updated_since: at(9), include_deleted: 'true' },
    ]);
    expect(second.kind).toBe('changes');
    expect(second.upserts.map(({ name, title }) => [name, title])).toEqual([
      ['io.example/a', 'new'],
      ['io.example/c', ''],
      ['io.example/d', ''],
    ]);
    expect(second.removals.map(({ name }) => name)).toEqual(['io.example/b']);

    const third = (await read({ basis: basisOf(second) })) as Changes;
    expect(upstream.takeListRequests()[0]?.query['updated_since']).toBe(at(21));
    expect(third.upserts.map(({ name }) => name)).toEqual(['io.example/d']);
    expect((await read({ basis: basisOf(third) })).kind).toBe('unchanged');
  });

  it('removes what the filter drops now, or what became invalid, and remembers what is left out', async () => {
    upstream.servers = [stamped('a', 1), stamped('b', 1), stamped('z', 1)];
    const filter = { tags: { exclude: ['bad'] } };
    const first = await read({ filter });
    await names(first);
    const tagged = {
      'io.modelcontextprotocol.registry/publisher-provided': { 'com.example': { key: { tags: ['bad'] } } },
    };
    upstream.servers = [
      { ...stamped('a', 20), server: newServer('io.example/a', '1.0.0', { _meta: tagged }) },
      { ...stamped('b', 20), server: newServer('io.example/b', '1.0.0', { description: 5 }) },
      stamped('z', 1),
    ];

    const second = (await read({ filter, basis: basisOf(first) })) as Changes;
    expect(second.upserts.map(({ name }) => name)).toEqual(['io.example/z']);
    expect(second.removals.map(({ name }) => name)).toEqual(['io.example/a', 'io.example/b']);
    expect(second).toMatchObject({ rejectedCount: 1, rejected: [{ name: 'io.example/b' }] });

    upstream.servers[1] = stamped('b', 30);
    const third = (await read({ filter, basis: basisOf(second) })) as Changes;
    expect(third).toMatchObject({ rejectedCount: 0, rejected: [] });
  });

  it.each([
    ['ignores the question', () => (upstream.knowsChanges = false)],
    [
      'refuses the question',
      () =>
        (upstream.fault = ({ query }, response) =>
          query['updated_since'] !== undefined && Boolean(response.writeHead(400).end())),
    ],
  ])('reads everything from an upstream that %s, and does not ask it again', async (_what, spoil) => {
    upstream.servers = [stamped('a', 1), stamped('b', 30)];
    const first = await read();
    await names(first);
    spoil();
    upstream.servers.push(stamped('c', 40));
    upstream.takeListRequests();

    const second = await read({ basis: basisOf(first) });

    expect(await names(second)).toHaveLength(3);
    expect(upstream.takeListRequests().map(({ query }) => 'updated_since' in query)).toEqual([true, false]);
    expect((await read({ basis: basisOf(second) })).kind).toBe('unchanged');
    expect(upstream.takeListRequests().map(({ query }) => 'updated_since' in query)).toEqual([false]);
  });

  it('reads everything again after api.fullSyncInterval, and from upstreams without stamps', async () => {
    upstream.servers = [stamped('a', 1)];
    const first = await read();
    await names(first);
    upstream.takeListRequests();
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect((await read({ api: { fullSyncInterval: '10ms' }, basis: basisOf(first) })).kind).toBe('unchanged');
    expect(upstream.takeListRequests()[0]?.query).toEqual({ limit: '100' });

    upstream.servers.push(plain('b'));
    const second = await read();
    await names(second);
    upstream.takeListRequests();
    expect((await read({ basis: basisOf(second) })).kind).toBe('unchanged');
    expect(upstream.takeListRequests()[0]?.query).toEqual({ limit: '100' });
  });

  it('notices deletions at a server of this kind, which counts but keeps no tombstones', async () => {
    upstream.description += '\npaths: {/v0.1/x/dev.toolhive/skills: {}}';
    upstream.counts = true;
    upstream.skills = [newSkill('one')];
    // More than fit on one page, which would be read whole.
    const others = Array.from({ length: 100 }, (_, index) => stamped(`other-${index}`, 0));
    upstream.servers = [...others, stamped('a', 1), stamped('b', 2), stamped('c', 3)];
    const first = await read();
    await names(first);

    upstream.servers = [...others, stamped('b', 2), stamped('c', 3), stamped('d', 20)];
    const second = await read({ basis: basisOf(first) });
    expect(await names(second)).toEqual(
      expect.arrayContaining(['server io.example/b@1.0.0', 'server io.example/d@1.0.0', 'skill one@1.0.0']),
    );

    upstream.servers.push(stamped('e', 30));
    const third = await read({ basis: basisOf(second) });
    expect(third.kind).toBe('changes');

    upstream.skills = [newSkill('two')];
    const fourth = await read({ basis: basisOf(third) });
    expect(await names(fourth)).toContain('skill two@1.0.0');
  });

  it('notices at a small server of this kind what comes and goes without a new stamp', async () => {
    upstream.description += '\npaths: {/v0.1/x/dev.toolhive/skills: {}}';
    upstream.counts = true;
    upstream.skills = [];
    upstream.servers = [stamped('a', 10)];
    const first = await read();
    await names(first);

    upstream.servers = [stamped('older', 1)];

    expect(await names(await read({ basis: basisOf(first) }))).toEqual(['server io.example/older@1.0.0']);
  });
});
