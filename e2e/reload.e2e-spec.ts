import { rename, readFile, stat } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createServerDatabase,
  eventually,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

describe('a configuration file that changes', () => {
  let database: ServerDatabase;
  let server: RunningServer;
  let folder: string;
  const config = (registries: readonly string[], extra: Record<string, unknown> = {}) => ({
    sources: [{ name: 'mine', managed: {} }],
    registries: registries.map((name) => ({ name, sources: ['mine'] })),
    auth: { mode: 'anonymous' },
    audit: { enabled: true, logFile: join(folder, 'audit.log') },
    database: database.block,
    ...extra,
  });
  const status = async (name: string) => (await server.get(`/registry/${name}/v0.1/servers`)).status;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-reload-'));
    database = await createServerDatabase();
    server = await startServer(config(['first']));
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is applied on SIGHUP, which opens the audit log anew as well', async () => {
    expect(await status('first')).toBe(200);
    await rename(join(folder, 'audit.log'), join(folder, 'audit.log.1'));
    await server.writeConfig(config(['first', 'second']));
    server.kill('SIGHUP');

    await eventually(async () => (await status('second')) === 200, 'the second registry');
    await eventually(() => stat(join(folder, 'audit.log')), 'the new audit log');
    expect(await readFile(join(folder, 'audit.log.1'), 'utf8')).toContain('server.list');
  });

  it('is applied without a signal', async () => {
    await server.writeConfig(config(['first', 'second', 'third']));

    await eventually(async () => (await status('third')) === 200, 'the third registry', 15_000);
  });

  it('changes nothing when it is bad', async () => {
    await server.writeConfig(config([]));
    server.kill('SIGHUP');

    await eventually(async () => server.log().includes('configuration refused'), 'the refusal');
    for (const name of ['first', 'second', 'third']) expect(await status(name)).toBe(200);
  });

  it('says what only a restart brings into force', async () => {
    await server.writeConfig(config(['first'], { telemetry: { enabled: true } }));
    server.kill('SIGHUP');

    await eventually(async () => (await status('third')) === 404, 'the third registry to go');
    expect(server.log()).toMatch(/"keys":\["telemetry"\]/);
  });
});
