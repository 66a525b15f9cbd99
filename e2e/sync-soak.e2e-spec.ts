import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GitServer, type GitRepository } from '../test/harness/git-server.js';
import { descendants, hasProc, openFiles, residentMiB } from '../test/harness/processes.js';
import { Upstream } from '../test/harness/upstream.js';
import { newDocument, newServer } from './harness/documents.js';
import { createServerDatabase, startServer, type RunningServer, type ServerDatabase } from './harness/server.js';

/** Longer runs: `SYNC_SOAK_SECONDS=600 vitest run --project e2e e2e/sync-soak.e2e-spec.ts`. */
const SECONDS = Number(process.env['SYNC_SOAK_SECONDS'] ?? 30);
const WARM_UP_SECONDS = Math.min(SECONDS / 2, 60);

const documentOf = (...names: string[]) => newDocument(names.map((name) => newServer(`io.example/${name}`)));

/** What a running server holds. */
interface Sample {
  readonly second: number;
  readonly memoryMiB: number;
  readonly files: number;
  readonly sockets: number;
  readonly children: number;
  readonly folders: number;
  readonly databaseConnections: number;
}

describe.runIf(hasProc)('ten sources of all kinds, one hanging, one failing, one flapping, each second', () => {
  let folder: string;
  /** Where the server makes temporary files and folders. */
  let temporary: string;
  let web: Server;
  let steady: Upstream;
  let flapping: Upstream;
  let git: GitServer;
  let repository: GitRepository;
  let database: ServerDatabase;
  let server: RunningServer;
  let serial = 0;

  const leftovers = async () => (await readdir(temporary)).filter((name) => name.startsWith('registry-'));

  async function sample(second: number): Promise<Sample> {
    const [row] = await database.query('SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()');
    return {
      second,
      memoryMiB: residentMiB(server.pid),
      ...openFiles(server.pid),
      children: descendants(server.pid).length,
      folders: (await leftovers()).length,
      databaseConnections: Number(row?.['n']),
    };
  }

  /** Everything the sources deliver becomes something else, now and then. */
  async function change(): Promise<void> {
    const name = `change-${serial++}`;
    await writeFile(join(folder, 'changing.json'), documentOf('a', name));
    await repository.commit({ 'registry.json': documentOf('g', name) });
    steady.servers = [...steady.servers.slice(-50), { server: newServer(`io.example/${name}`) }];
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'soak-'));
    temporary = await mkdtemp(join(folder, 'tmp-'));
    const file = async (name: string, ...names: string[]) => {
      const path = join(folder, `${name}.json`);
      await writeFile(path, documentOf(...names));
      return path;
    };
    web = createServer((request, response) => {
      if (request.url !== '/hangs') response.end(documentOf('web'));
    }).listen(0, '127.0.0.1');
    await once(web, 'listening');
    const webUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
    steady = await new Upstream().start();
    flapping = await new Upstream().start();
    flapping.servers = Array.from({ length: 150 }, (_, index) => ({ server: newServer(`io.example/f-${index}`) }));
    let flaps = 0;
    flapping.fault = ({ path }, response) =>
      path === '/v0.1/servers' && flaps++ % 3 < 2 && Boolean(response.writeHead(503, { 'retry-after': '0' }).end());
    git = await GitServer.start();
    repository = await git.create('r');
    await repository.commit({ 'registry.json': documentOf('g') });
    database = await createServerDatabase();
    const changing = await file('changing', 'a');
    const sources = {
      'file-still': { file: { path: await file('still', 'b', 'c') } },
      'file-changing': { file: { path: changing } },
      'file-url': { file: { url: `${webUrl}/registry.json` } },
      'git-branch': { git: { repository: repository.url, branch: 'main' } },
      'git-default': { git: { repository: repository.url } },
      'git-local': { git: { repository: repository.bare } },
      'api-steady': { api: { endpoint: steady.url } },
      'api-flapping': { api: { endpoint: flapping.url } },
      failing: { file: { path: join(folder, 'missing.json') } },
      hanging: { file: { url: `${webUrl}/hangs`, timeout: '3s' } },
    };
    server = await startServer(
      {
        sources: Object.entries(sources).map(([name, source]) => ({ name, ...source, syncPolicy: { interval: '1s' } })),
        registries: [{ name: 'r', sources: Object.keys(sources) }],
        auth: { mode: 'anonymous' },
        database: database.block,
      },
      // The cache of compiled code would be written into the new folder when the server ends.
      { env: { LOG_LEVEL: 'error', TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' } },
    );
  });
  afterAll(async () => {
    await server.stop();
    web.closeAllConnections();
    web.close();
    await Promise.all([steady.stop(), flapping.stop(), git.stop(), database.drop()]);
    await rm(folder, { recursive: true });
  });

  it('leak nothing', { timeout: (SECONDS + 60) * 1000 }, async () => {
    const samples: Sample[] = [];
    const end = performance.now() + SECONDS * 1000;
    for (let second = 0; performance.now() < end; second++) {
      if (second % 5 === 0) await change();
      if (second >= WARM_UP_SECONDS) samples.push(await sample(second));
      await sleep(1000);
    }

    const most = (member: keyof Sample, of: readonly Sample[]) => Math.max(...of.map((one) => one[member]));
    const [early, late] = [samples.slice(0, samples.length / 2), samples.slice(samples.length / 2)];
    const members = ['memoryMiB', 'files', 'sockets', 'children', 'folders', 'databaseConnections'] as const;
    const table = members.map((member) => `${member} ${most(member, early)} -> ${most(member, late)}`);
    process.stdout.write(`most in the first and in the second half of ${SECONDS} s: ${table.join(', ')}\n`);
    // Half a minute is warm-up for the heap; growth shows in a long run.
    if (SECONDS >= 300) expect(most('memoryMiB', late)).toBeLessThan(most('memoryMiB', early) + 40);
    expect(most('files', late)).toBeLessThan(most('files', early) + 10);
    expect(most('children', late)).toBeLessThan(20);
    expect(most('folders', late)).toBeLessThan(10);
    expect(most('databaseConnections', late)).toBeLessThan(20);
    const { sources } = (await server.get('/v1/sources')).json;
    const phases = sources.map((one: any) => [one.name, one.syncStatus.phase]) as [string, string][];
    const isFine = ([name, phase]: [string, string]) =>
      phase !== 'failed' || name === 'failing' || name === 'hanging' || name === 'api-flapping';
    expect(phases.filter((one) => !isFine(one))).toEqual([]);
    expect(server.log()).not.toContain('"level":"ERROR"');
  });

  it('end with the server, and with them everything they held', async () => {
    const pid = server.pid;
    const begun = performance.now();

    expect(await server.stop()).toEqual({ code: 0, signal: null });

    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(descendants(pid)).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });
});
