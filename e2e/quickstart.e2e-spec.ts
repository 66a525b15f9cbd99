import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, spawnServer, type RunningServer } from './harness/server.js';
import { newServer, newSkill } from './harness/documents.js';

const CONFIG = fileURLToPath(new URL('../config', import.meta.url));
const REGISTRY = '/registry/default/v0.1';

describe('the quick start', () => {
  let folder: string;
  let server: RunningServer;
  // The folder of the sample configuration, copied so that ./data lies beside it.
  const start = () => spawnServer('config/quickstart.yaml', { cwd: folder, readyMs: 60_000 });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-quickstart-'));
    // Whoever runs the tests as root: PostgreSQL runs as somebody else then, and has to pass.
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'config'));
    await cp(CONFIG, join(folder, 'config'), { recursive: true });
    server = await start();
    await server.synced('catalogue');
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('serves a catalogue of well-known servers, skills and plugins', async () => {
    const servers = await server.get(`${REGISTRY}/servers?version=latest&limit=1000&total=true`);
    const skills = await server.get(`${REGISTRY}/x/dev.toolhive/skills`);
    const plugins = await server.get(`${REGISTRY}/x/dev.toolhive/plugins`);

    expect(servers.json.metadata.total).toBeGreaterThanOrEqual(25);
    expect(servers.json.servers.some(({ server: { remotes } }: any) => remotes?.length > 0)).toBe(true);
    expect(servers.json.servers.some(({ server: { packages } }: any) => packages?.length > 0)).toBe(true);
    expect(skills.json.metadata.count).toBeGreaterThan(0);
    expect(plugins.json.metadata.count).toBeGreaterThan(0);
  });

  it('finds by search', async () => {
    const found = await server.get(`${REGISTRY}/servers?search=github&version=latest`);

    expect(found.json.servers.map((item: any) => item.server.name)).toContain('io.github.github/github-mcp-server');
  });

  it('says where to look when it is ready', () => {
    expect(server.log()).toContain(`"catalogue":"${server.url}${REGISTRY}/servers"`);
    expect(server.log()).toContain(`"swagger_ui":"${server.url}/docs"`);
  });

  it('publishes, keeps what was published over a restart, and takes it away again', async () => {
    const published = newServer('com.example/hello', '1.0.0', { _meta: {} });
    const path = `${REGISTRY}/servers/com.example%2Fhello/versions/latest`;
    expect((await server.request('POST', '/v1/entries', { body: { server: published } })).status).toBe(201);
    expect((await server.request('POST', '/v1/entries', { body: { skill: newSkill('greet') } })).status).toBe(201);

    expect(await server.stop()).toEqual({ code: 0, signal: null });
    server = await start();

    expect((await server.get(path)).json.server).toMatchObject(published);
    expect((await server.get(`${REGISTRY}/x/dev.toolhive/skills/io.example/greet`)).json.version).toBe('1.0.0');
    expect((await server.request('DELETE', '/v1/entries/server/com.example%2Fhello/versions/1.0.0')).status).toBe(204);
    expect((await server.get(path)).status).toBe(404);
  });

  it('survives being killed', async () => {
    await server.stop('SIGKILL');
    server = await start();

    await eventually(
      async () => (await server.get(`${REGISTRY}/x/dev.toolhive/skills/io.example/greet`)).status === 200,
      'the skill',
    );
  });
});
