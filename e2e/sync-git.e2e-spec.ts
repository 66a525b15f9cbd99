import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GitServer, type GitRepository } from '../test/harness/git-server.js';
import { descendants, hasProc, residentMiB } from '../test/harness/processes.js';
import { newDocument, newServer } from './harness/documents.js';
import {
  createServerDatabase,
  eventually,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const document = (...names: string[]) => newDocument(names.map((name) => newServer(`io.example/${name}`)));

describe('git sources', () => {
  let git: GitServer;
  let repository: GitRepository;
  let database: ServerDatabase;
  let server: RunningServer;
  let folder: string;
  let passwordFile: string;
  /** Where the server makes temporary folders. */
  let temporary: string;

  const names = async (source: string) =>
    (await server.get(`/v1/sources/${source}/entries`)).json.entries.map(({ name }: { name: string }) =>
      name.replace('io.example/', ''),
    );
  const shows = (source: string, ...wanted: string[]) =>
    eventually(async () => String(await names(source)) === String(wanted), `${source} to hold ${wanted.join()}`);
  const put = async (source: string, settings: Record<string, unknown>) => {
    const body = { git: { repository: repository.url, ...settings }, syncPolicy: { interval: '1s' } };
    expect((await server.request('PUT', `/v1/sources/${source}`, { body })).status).toBeLessThan(300);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'e2e-git-'));
    passwordFile = join(folder, 'password');
    await writeFile(passwordFile, 'first\n');
    git = await GitServer.start();
    repository = await git.create('registry');
    await repository.commit({ 'registry.json': document('one') });
    database = await createServerDatabase();
    const env = { TMPDIR: await mkdtemp(join(folder, 'tmp-')) };
    temporary = env.TMPDIR;
    server = await startServer(
      {
        sources: [{ name: 'mine', managed: {} }],
        registries: [{ name: 'r', sources: ['mine'] }],
        auth: { mode: 'anonymous' },
        database: database.block,
      },
      { env },
    );
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([git.stop(), database.drop(), rm(folder, { recursive: true })]);
  });

  it('follow a branch, through a force-push too, and a tag that moves', async () => {
    await repository.tag('stable');
    await put('branch', { branch: 'main' });
    await put('tag', { tag: 'stable' });
    await shows('branch', 'one');
    await shows('tag', 'one');

    const base = await repository.git('rev-parse', 'HEAD');
    await repository.commit({ 'registry.json': document('two') });
    await shows('branch', 'two');
    await repository.git('reset', '-q', '--hard', base);
    await repository.commit({ 'registry.json': document('forced') });
    await shows('branch', 'forced');
    expect(await names('tag')).toEqual(['one']);

    await repository.tag('stable');
    await shows('tag', 'forced');
  });

  it('authenticate, take a rotated password without a restart, and never show it', async () => {
    git.credentials = { username: 'bot', password: 'first' };
    await put('private', {});
    const refused = await server.synced('private', 'failed');
    expect(refused.json.syncStatus.message).toContain('authentication required');

    await put('private', { auth: { username: 'bot', passwordFile } });
    await shows('private', 'forced');
    git.credentials = { username: 'bot', password: 'second' };
    await server.synced('private', 'failed');
    await writeFile(passwordFile, 'second');
    await server.synced('private');

    const inUrl = repository.url.replace('://', '://bot:second@');
    await put('in-url', { repository: inUrl });
    await shows('in-url', 'forced');
    const text = (await server.get('/v1/sources')).text + server.log();
    expect(text).toContain('bot:***@');
    expect(text).not.toMatch(/bot:second|first\b.*bot/);
    git.credentials = undefined;
  });

  it.runIf(hasProc)('read a repository of 50 MB in little memory, and leave nothing behind', async () => {
    for (const source of ['branch', 'tag', 'private', 'in-url']) {
      await server.request('DELETE', `/v1/sources/${source}`);
    }
    const large = await git.create('large');
    await large.commit({ 'registry.json': document('large'), 'noise.bin': randomBytes(50 * 1024 * 1024) });
    const before = residentMiB(server.pid);
    let peak = { server: 0, children: 0 };
    const sampling = setInterval(() => {
      const [own, children] = [residentMiB(server.pid), residentMiB(...descendants(server.pid))];
      peak = { server: Math.max(peak.server, own), children: Math.max(peak.children, children) };
    }, 20);

    await put('large', { repository: large.url });
    await shows('large', 'large');
    clearInterval(sampling);

    process.stdout.write(
      `50 MB repository: server ${before} -> ${peak.server} MiB, git ${peak.children} MiB at most\n`,
    );
    expect(peak.server - before).toBeLessThan(60);
    expect(peak.children).toBeLessThan(150);
    await eventually(async () => descendants(server.pid).length === 0, 'the git program to end');
    expect((await readdir(temporary)).filter((name) => name.startsWith('registry-'))).toEqual([]);
  });
});
