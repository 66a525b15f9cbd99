import { access, chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendants, hasProc } from '../test/harness/processes.js';
import { Upstream } from '../test/harness/upstream.js';
import { waitUntil } from '../test/harness/wait-until.js';
import { parseRecords } from './harness/audit-bed.js';
import { newServer } from './harness/documents.js';
import {
  createServerDatabase,
  eventually,
  runProgram,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const SERVERS = '/registry/default/v0.1/servers';

/** A line of the log, as far as it is looked at. */
interface LogLine {
  readonly msg: string;
  readonly worker?: number;
  readonly component?: string;
  readonly request_id?: string;
  readonly [field: string]: unknown;
}

/** The lines of the log; every one of them must be whole. */
const linesOf = (log: string): LogLine[] =>
  log
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogLine);

/** Requests that have to be answered while something happens to the server. */
class Load {
  readonly failures: string[] = [];
  answered = 0;
  readonly #end = new AbortController();
  readonly #done: Promise<void>[] = [];

  constructor(server: RunningServer, lanes: number) {
    const lane = async (index: number): Promise<void> => {
      for (let n = 0; !this.#end.signal.aborted; n++) {
        const id = `load-${index}-${n}`;
        const answer = await server
          .get(SERVERS, { headers: { 'x-request-id': id } })
          .catch((error: unknown) => ({ status: String(error) }));
        if (answer.status === 200) this.answered++;
        else this.failures.push(`${id}: ${answer.status}`);
      }
    };
    for (let index = 0; index < lanes; index++) this.#done.push(lane(index));
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#done);
  }
}

describe.runIf(hasProc)('two workers on one port', () => {
  let upstream: Upstream;
  let database: ServerDatabase;
  let folder: string;
  let server: RunningServer;
  const auditLog = () => join(folder, 'audit.log');
  const config = (extra: Record<string, unknown> = {}) => ({
    sources: [
      { name: 'mine', managed: {} },
      { name: 'up', api: { endpoint: upstream.url }, syncPolicy: { interval: '1s' } },
    ],
    registries: [{ name: 'default', sources: ['mine', 'up'] }],
    auth: { mode: 'anonymous' },
    audit: { enabled: true, logFile: auditLog() },
    telemetry: { enabled: true, endpoint: '127.0.0.1:1', insecure: true, metrics: { enabled: true } },
    database: database.block,
    ...extra,
  });
  const lines = (): LogLine[] => linesOf(server.log());
  /** The worker that has answered a request. */
  const answeredBy = (id: string) =>
    eventually(async () => lines().find((line) => line.request_id === id)?.worker, `the log line of ${id}`);
  const pidOf = async (worker: number): Promise<number> => {
    for (const pid of descendants(server.pid)) {
      if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(`worker ${worker} of 2`)) return pid;
    }
    throw new Error(`no worker ${worker}`);
  };
  const readiness = async () => (await server.internal('/readiness').catch(() => undefined))?.json as unknown;

  beforeAll(async () => {
    upstream = await new Upstream().start();
    upstream.servers = [{ server: newServer('io.example/up') }];
    folder = await mkdtemp(join(tmpdir(), 'workers-e2e-'));
    database = await createServerDatabase();
    server = await startServer(config(), { args: ['--workers', '2'], env: { LOG_LEVEL: 'debug' } });
  });
  afterAll(async () => {
    await server?.stop();
    await upstream?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('say once that they are ready, and migrate and provision once', async () => {
    const ready = () => lines().filter(({ msg, component }) => msg === 'ready' && component === 'serve');
    await waitUntil(() => ready().length > 0);

    expect(ready()).toEqual([expect.objectContaining({ catalogue: `${server.url}${SERVERS}`, workers: 2 })]);
    expect(await readiness()).toEqual({ status: 'ready' });
    const migrating = lines().filter(({ msg }) => msg === 'schema migrated');
    expect(new Set(migrating.map(({ worker }) => worker))).toEqual(new Set([1]));
  });

  it('answer in turn', async () => {
    const workers = [];
    for (let n = 0; n < 6; n++) {
      expect((await server.get(SERVERS, { headers: { 'x-request-id': `turn-${n}` } })).status).toBe(200);
      workers.push(await answeredBy(`turn-${n}`));
    }

    expect(workers.toSorted()).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('show at once what one of them has published', async () => {
    for (let n = 0; n < 10; n++) {
      const body = { server: newServer(`io.example/p-${n}`) };
      const published = await server.request('POST', '/v1/entries', { body });
      const path = `${SERVERS}/io.example%2Fp-${n}/versions/latest`;
      const seen = [await server.get(path), await server.get(path)];

      expect([published.status, ...seen.map(({ status }) => status)]).toEqual([201, 200, 200]);
    }
  });

  it('leave synchronisation to the first', async () => {
    await server.synced('up');
    const passes = () => lines().filter(({ msg }) => msg === 'sync begun');
    const before = passes().length;
    await eventually(async () => passes().length > before + 2, 'three more passes');

    expect(new Set(passes().map(({ worker }) => worker))).toEqual(new Set([1]));
  });

  it('are scraped together', async () => {
    for (let n = 0; n < 4; n++) await server.get('/v1/me');
    const { text } = await server.internal('/metrics');

    const requests = text.split('\n').filter((line) => line.startsWith('stacklok_registry_http_requests_total{'));
    for (const worker of [1, 2]) {
      expect(requests.some((line) => line.includes(`worker="${worker}"`) && line.includes('"/v1/me"'))).toBe(true);
    }
    const types = text.split('\n').filter((line) => line.startsWith('# TYPE '));
    expect(new Set(types).size).toBe(types.length);
    const ready = text.split('\n').filter((line) => line.startsWith('stacklok_registry_ready{'));
    expect(ready.map((line) => [/worker="(\d)"/.exec(line)?.[1], line.at(-1)])).toEqual([
      ['1', '1'],
      ['2', '1'],
    ]);
  });

  it('apply a changed configuration on SIGHUP, open the audit log anew, and lose no record', async () => {
    await rename(auditLog(), `${auditLog()}.1`);
    const { registries, sources } = config();
    await server.writeConfig(
      config({
        sources,
        registries: [...registries, { name: 'second', sources: ['mine'] }],
        auth: {
          mode: 'oauth',
          oauth: { providers: [{ name: 'p', issuerUrl: 'https://issuer.example.com', audience: 'a' }] },
          publicPaths: ['/registry/second'],
        },
      }),
    );
    server.kill('SIGHUP');
    const statuses = async () => {
      const answers = [];
      for (const path of [SERVERS, SERVERS, '/registry/second/v0.1/servers', '/registry/second/v0.1/servers']) {
        answers.push((await server.get(path)).status);
      }
      return answers.join();
    };
    await eventually(async () => (await statuses()) === '401,401,200,200', 'both to have followed');

    await server.writeConfig(config());
    server.kill('SIGHUP');
    await eventually(async () => (await statuses()) === '200,200,404,404', 'both to be back');
    await access(auditLog());
  });

  it('write whole records to one file, each once', async () => {
    const ids = Array.from({ length: 400 }, (_, n) => `audited-${n}`);
    await Promise.all(
      Array.from({ length: 8 }, async (_, lane) => {
        for (const id of ids.filter((_id, n) => n % 8 === lane)) {
          await server.get(SERVERS, { headers: { 'x-request-id': id } });
        }
      }),
    );
    const workers = await Promise.all(ids.map(answeredBy));

    const records = parseRecords(await readFile(auditLog(), 'utf8'));
    const recorded = records.map(({ metadata }) => metadata.extra.request_id).filter((id) => id.startsWith('audited-'));
    expect(recorded.toSorted()).toEqual(ids.toSorted());
    expect(new Set(workers)).toEqual(new Set([1, 2]));
  });

  it.each([2, 1])('serve on while worker %i is killed and replaced', { timeout: 60_000 }, async (worker) => {
    const load = new Load(server, 4);
    const pid = await pidOf(worker);
    const restarts = () => lines().filter(({ msg, worker: who }) => msg === 'worker is back' && who === worker).length;
    const before = restarts();
    process.kill(pid, 'SIGKILL');

    await eventually(
      async () => lines().some((line) => line.msg === 'worker died' && line.worker === worker),
      'the news',
    );
    if (worker !== 1) {
      await eventually(
        async () => JSON.stringify(await readiness())?.includes(`"degraded":["worker ${worker}"]`),
        'degraded',
      );
    }
    const answeredAt = load.answered;
    await eventually(async () => load.answered > answeredAt + 50, 'answers meanwhile');
    await eventually(async () => restarts() > before, 'the replacement');
    await eventually(async () => JSON.stringify(await readiness()) === '{"status":"ready"}', 'readiness');
    await load.stop();

    expect(await pidOf(worker)).not.toBe(pid);
    // Only what the killed worker had in its hands is lost, a request a lane at most.
    expect(load.failures.length).toBeLessThanOrEqual(4);
    const died = lines().find((line) => line.msg === 'worker died' && line.worker === worker);
    expect(died).toMatchObject({ component: 'supervisor', signal: 'SIGKILL', restartInMs: 1_000 });
  });

  it('synchronise again when the first has been replaced', async () => {
    const begun = lines().filter(({ msg }) => msg === 'sync begun').length;

    await eventually(async () => lines().filter(({ msg }) => msg === 'sync begun').length > begun, 'a pass', 45_000);
  });

  it('stop on SIGTERM under load with code 0, and answer what they have accepted', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const outcomes: string[] = [];
    const ask = (): Promise<string> =>
      new Promise((resolve) => {
        const request = httpRequest(`${server.url}${SERVERS}`, { agent }, (response) => {
          response.resume();
          response.on('end', () => resolve(String(response.statusCode)));
          response.on('error', () => resolve('cut off'));
        });
        request.on('error', (error: NodeJS.ErrnoException) => {
          // A connection that the server had closed, or could not be made, has carried nothing.
          const isUnused = error.code === 'ECONNREFUSED' || request.reusedSocket;
          resolve(isUnused ? 'closed' : `failed: ${error.code}`);
        });
        request.end();
      });
    const lanes = Array.from({ length: 8 }, async () => {
      let outcome: string;
      do {
        outcome = await ask();
        outcomes.push(outcome);
      } while (outcome === '200');
    });
    await eventually(async () => outcomes.length > 200, 'load');
    const exit = await server.stop();
    await Promise.all(lanes);
    agent.destroy();

    expect(exit).toEqual({ code: 0, signal: null });
    expect(outcomes.filter((outcome) => outcome !== '200' && outcome !== 'closed')).toEqual([]);
    expect(
      new Set(
        linesOf(server.log())
          .filter(({ msg }) => msg === 'stopped')
          .map(({ worker }) => worker),
      ),
    ).toEqual(new Set([1, 2]));
    expect(descendants(server.pid)).toEqual([]);
  });
});

describe('workers', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'workers-e2e-'));
    // PostgreSQL may run as another user.
    await chmod(folder, 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.runIf(hasProc)('share an embedded database, which ends last', { timeout: 120_000 }, async () => {
    const server = await startServer(
      {
        sources: [{ name: 'mine', managed: {} }],
        registries: [{ name: 'default', sources: ['mine'] }],
        auth: { mode: 'anonymous' },
        database: { embedded: true, dataDir: join(folder, 'pg') },
      },
      { env: { THV_REGISTRY_WORKERS: '2' }, readyMs: 60_000 },
    );
    const published = await server.request('POST', '/v1/entries', { body: { server: newServer('io.example/a') } });
    const seen = [await server.get(SERVERS), await server.get(SERVERS)];
    const exit = await server.stop();

    expect([published.status, ...seen.map(({ json }) => json.metadata.count)]).toEqual([201, 1, 1]);
    expect(exit).toEqual({ code: 0, signal: null });
    expect(server.log()).not.toMatch(/"level":"ERROR"/);
  });

  it.runIf(hasProc)('end with a supervisor that is killed', async () => {
    const database = await createServerDatabase();
    const server = await startServer(
      {
        sources: [{ name: 'mine', managed: {} }],
        registries: [{ name: 'default', sources: ['mine'] }],
        auth: { mode: 'anonymous' },
        database: database.block,
      },
      { args: ['--workers', '2'] },
    );
    const pids = descendants(server.pid);
    await server.stop('SIGKILL');

    expect(pids).toHaveLength(2);
    const isGone = (pid: number) =>
      access(`/proc/${pid}`).then(
        () => false,
        () => true,
      );
    await eventually(async () => (await Promise.all(pids.map(isGone))).every(Boolean), 'the workers to end', 5_000);
    await database.drop();
  });

  it('fail once when the start fails', async () => {
    const path = join(folder, 'config.yaml');
    await writeFile(
      path,
      JSON.stringify({
        sources: [{ name: 'mine', managed: {} }],
        registries: [{ name: 'default', sources: ['mine'] }],
        auth: { mode: 'anonymous' },
        audit: { enabled: true, logFile: folder },
        database: (await createServerDatabase()).block,
      }),
    );
    const run = await runProgram([
      'serve',
      '--config',
      path,
      '--workers',
      '3',
      '--address',
      '127.0.0.1:0',
      '--internal-address',
      '127.0.0.1:0',
    ]);

    expect(run.code).toBe(1);
    expect(run.stderr.match(/^Error: .*/gm)).toEqual([expect.stringContaining('failed to open audit log file')]);
  });

  it.each([
    [['--workers', '0'], {}, '--workers "0"'],
    [['--workers', 'many'], {}, '--workers "many"'],
    [[], { THV_REGISTRY_WORKERS: '65' }, 'THV_REGISTRY_WORKERS "65"'],
  ])('are refused with %j and %j', async (args, env, named) => {
    const path = join(folder, 'refused.yaml');
    await writeFile(
      path,
      JSON.stringify({
        sources: [{ name: 'mine', managed: {} }],
        registries: [{ name: 'default', sources: ['mine'] }],
        auth: { mode: 'anonymous' },
        database: { embedded: true, dataDir: join(folder, 'never') },
      }),
    );

    const run = await runProgram(['serve', '--config', path, ...args], { env });

    expect([run.code, run.stderr]).toEqual([1, `Error: invalid ${named}: expected an integer from 1 to 64\n`]);
  });
});
