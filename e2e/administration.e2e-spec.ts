import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDocument, newServer } from './harness/documents.js';
import {
  createServerDatabase,
  eventually,
  runProgram,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const HOURLY = { syncPolicy: { interval: '1h' } };

let folder: string;
let database: ServerDatabase;
let server: RunningServer;

const put = (path: string, body: unknown) => server.request('PUT', `/v1/${path}`, { body });
const documentPath = () => join(folder, 'registry.json');
const configuration = (sources: object[], registries: object[] = [{ name: 'default', sources: ['local'] }]) => ({
  sources: [{ name: 'local', file: { path: documentPath() }, ...HOURLY }, ...sources],
  registries,
  auth: { mode: 'anonymous' },
  database: database.block,
});
const mine = { name: 'mine', managed: {} };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-e2e-'));
  await writeFile(documentPath(), newDocument([newServer('io.example/a')]));
  database = await createServerDatabase();
  server = await startServer(configuration([mine]));
  await server.synced('local');
});
afterAll(async () => {
  await server.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('sources over HTTP', () => {
  it('are created, replaced, read and deleted', async () => {
    const body = { file: { path: '/elsewhere.json' }, ...HOURLY };
    expect((await put('sources/crud', body)).status).toBe(201);
    expect((await put('sources/crud', body)).status).toBe(200);

    const read = await server.get('/v1/sources/crud');
    expect([read.status, read.headers['content-type']]).toEqual([200, 'application/json']);
    expect(read.json).toMatchObject({ name: 'crud', type: 'file', sourceConfig: { path: '/elsewhere.json' } });

    const gone = await server.request('DELETE', '/v1/sources/crud');
    expect([gone.status, gone.text, gone.headers['content-type']]).toEqual([204, '', undefined]);
    const missing = await server.get('/v1/sources/crud');
    expect([missing.status, missing.json]).toEqual([404, { error: 'source not found: crud' }]);
  });

  it.each([
    ['', 'an empty body'],
    ['[]', 'a list'],
    ['{"git":5}', 'a block that is no object'],
    ['{"file":{"path":5},"syncPolicy":{"interval":"1h"}}', 'a member of another type'],
    ['{"managed":{}} x', 'something behind the document'],
  ])('refuse %j: %s', async (body) => {
    const answer = await put('sources/refused', body);

    expect([answer.status, answer.json.error]).toEqual([400, expect.stringMatching(/^invalid request body: /)]);
  });

  it('take null for an absent member at every level, and ignore what they do not know', async () => {
    const answer = await put('sources/nulls', {
      git: null,
      file: { path: '/a.json', url: null, unknown: 1 },
      syncPolicy: { interval: '90m', onInvalidEntry: null },
      filter: null,
      claims: null,
      unknown: [],
    });

    expect([answer.status, answer.json.sourceConfig]).toEqual([201, { path: '/a.json' }]);
    expect(answer.json.syncSchedule).toBe('1h30m0s');
  });

  it('are served as soon as the put of inline data is answered', async () => {
    expect((await put('sources/inline', { file: { data: newDocument([newServer('io.example/i')]) } })).status).toBe(
      201,
    );
    expect((await put('registries/inline', { sources: ['inline'] })).status).toBe(201);
    const names = async () =>
      (await server.get('/registry/inline/v0.1/servers')).json.servers.map(
        (item: { server: { name: string } }) => item.server.name,
      );
    expect(await names()).toEqual(['io.example/i']);

    await put('sources/inline', { file: { data: newDocument([newServer('io.example/j')]) } });

    expect(await names()).toEqual(['io.example/j']);
  });

  it('are complete only when what their pass stored is served', async () => {
    await put('registries/demand', { sources: ['local'] });
    for (let round = 1; round <= 5; round++) {
      await writeFile(documentPath(), newDocument([newServer('io.example/a', `${round}.0.0`)]));
      const before = (await server.get('/v1/sources/local')).json.syncStatus.lastSyncTime;
      expect((await server.request('POST', '/v1/sources/local/sync')).status).toBe(202);
      await eventually(async () => {
        const { phase, lastSyncTime } = (await server.get('/v1/sources/local')).json.syncStatus;
        return phase === 'complete' && lastSyncTime !== before;
      }, 'the pass on demand');

      const [item] = (await server.get('/registry/demand/v0.1/servers')).json.servers;
      expect(item.server.version).toBe(`${round}.0.0`);
    }
  });

  it('say what a pass would change', async () => {
    await writeFile(documentPath(), newDocument([newServer('io.example/b')]));

    const answer = await server.request('POST', '/v1/sources/local/sync?dryRun=true');

    expect([answer.status, answer.json.counts]).toEqual([200, { added: 1, changed: 0, removed: 1, rejected: 0 }]);
    expect(answer.json.added).toEqual([{ entryType: 'MCP', name: 'io.example/b', version: '1.0.0' }]);
    expect((await server.request('POST', '/v1/sources/local/sync?dryRun=maybe')).status).toBe(400);
    expect((await server.request('POST', '/v1/sources/mine/sync')).status).toBe(400);
    await put('sources/broken', { file: { path: '/no/such.json' }, ...HOURLY });
    expect((await server.request('POST', '/v1/sources/broken/sync?dryRun=true')).status).toBe(502);
  });
});

describe('the configuration file', () => {
  const restart = async (sources: object[], registries?: object[]) => {
    await server.stop();
    server = await startServer(configuration(sources, registries));
  };
  const warnings = () =>
    server
      .log()
      .split('\n')
      .filter((line) => line.includes('"component":"provisioning"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('hides and keeps what was published in a managed source that leaves it, with a warning that counts', async () => {
    const registries = [{ name: 'default', sources: ['local', 'mine'] }];
    const list = async () => (await server.get('/registry/default/v0.1/servers?search=kept')).json.servers.length;
    await restart([mine], registries);
    await server.request('POST', '/v1/entries', { body: { server: newServer('io.example/kept') } });
    expect(await list()).toBe(1);

    await restart([]);
    expect(await list()).toBe(0);
    expect(warnings()).toContainEqual(expect.objectContaining({ level: 'WARN', source: 'mine' }));
    expect(warnings()).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        source: 'mine',
        servers: 1,
        skills: 0,
        plugins: 0,
        retention: '720h0m0s',
      }),
    );

    await restart([mine], registries);
    expect(await list()).toBe(1);
    expect(warnings()).toContainEqual(expect.objectContaining({ level: 'INFO', source: 'mine', servers: 1 }));
  });

  it('ends the start, and changes nothing, when it conflicts with what the API made', async () => {
    await put('registries/taken', { sources: ['local'] });
    await server.stop();
    const path = join(folder, 'conflict.yaml');
    const conflict = configuration([], [{ name: 'taken', sources: ['local'] }]);
    await writeFile(path, JSON.stringify(conflict));

    const { code, stderr } = await runProgram([
      'serve',
      '--config',
      path,
      '--address',
      '127.0.0.1:0',
      '--internal-address',
      '127.0.0.1:0',
    ]);

    expect(code).toBe(1);
    expect(stderr).toContain('registry "taken"');
    server = await startServer(configuration([mine]));
    expect((await server.get('/v1/registries/taken')).json.creationType).toBe('API');
  });
});
