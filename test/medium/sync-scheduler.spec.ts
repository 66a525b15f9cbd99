import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newDocument, newServer } from '../../e2e/harness/documents.js';
import type { SourceSettings } from '../../src/model/source-settings.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { createSyncProcess, putSource, storedVersions, type SyncProcess } from '../harness/sync.js';
import { waitUntil } from '../harness/wait-until.js';

/** A web server whose answers a test holds back until it lets them go. */
class HeldServer {
  readonly requests: string[] = [];
  readonly #held: ServerResponse[] = [];
  readonly #server: Server;
  answer: string | undefined;

  constructor() {
    this.#server = createServer((request, response) => {
      this.requests.push(request.url ?? '');
      if (this.answer === undefined) this.#held.push(response);
      else response.end(this.answer);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  url(path = '/registry.json'): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  letGo(answer: string): void {
    this.answer = answer;
    for (const response of this.#held.splice(0)) response.end(answer);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('SyncScheduler', () => {
  let db: TestDatabase;
  let folder: string;
  let web: HeldServer;
  let processes: SyncProcess[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sync-scheduler-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    db = await createTestDatabase();
    web = new HeldServer();
    await web.start();
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map((process) => process.stop()));
    await web.stop();
    await db.drop();
  });

  function startProcess(options: Parameters<typeof createSyncProcess>[1] = {}): SyncProcess {
    const process = createSyncProcess(db, options);
    processes.push(process);
    process.start();
    return process;
  }

  async function fileSource(name: string, content: string): Promise<SourceSettings> {
    const path = join(folder, `${name}.json`);
    await writeFile(path, content);
    return { kind: 'file', file: { path } };
  }

  const document = (name: string) => newDocument([newServer(`io.example/${name}`)]);
  const url = (): SourceSettings => ({ kind: 'file', file: { url: web.url() } });
  const statusOf = async (id: number) => (await processes[0]!.status.find(id))!;
  const ended = (id: number, phase = 'complete') =>
    waitUntil(async () => (await statusOf(id)).lastSyncTime && (await statusOf(id)).phase === phase);

  it('stores what a new source delivers, with the claims of the source, and says so', async () => {
    startProcess();
    const id = await putSource(db, { settings: await fileSource('a', document('a')), claims: { org: 'acme' } });

    await ended(id);

    expect(await storedVersions(db, id)).toEqual(['server io.example/a@1.0.0']);
    expect(await db.runner.query('SELECT claims FROM entry')).toEqual([{ claims: { org: 'acme' } }]);
    expect(await statusOf(id)).toMatchObject({
      phase: 'complete',
      message: 'Sync completed successfully',
      attemptCount: 0,
      serverCount: 1,
    });
  });

  it('shows a source that is being fetched as syncing, with no transaction open', async () => {
    startProcess();
    const id = await putSource(db, { settings: url() });
    await waitUntil(() => web.requests.length === 1);

    const { phase } = await statusOf(id);
    const open = await db.runner.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    );

    expect(phase).toBe('syncing');
    expect(open).toEqual([]);
    web.letGo(document('a'));
    await ended(id);
  });

  it('does not let a slow source hold up others', async () => {
    startProcess();
    await putSource(db, { name: 'a-slow', settings: url() });
    const quick = await putSource(db, { name: 'b-quick', settings: await fileSource('b', document('b')) });

    await ended(quick);

    expect(web.requests).toHaveLength(1);
  });

  it('fetches a source in one replica only', async () => {
    startProcess();
    startProcess();
    startProcess();
    const id = await putSource(db, { settings: url() });
    await waitUntil(() => web.requests.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1500));

    web.letGo(document('a'));
    await ended(id);

    expect(web.requests).toHaveLength(1);
  });

  it('leaves what is due to others where it does no background work, and fetches what it is asked for', async () => {
    const idle = startProcess({ claimsDueSources: false, leaseMs: 1_000 });
    const id = await putSource(db, { settings: url() });
    await idle.service.syncNow({ id, settings: url() });
    await waitUntil(() => web.requests.length === 1);
    const other = await putSource(db, { name: 'other', settings: await fileSource('other', document('other')) });
    // Longer than the lease, which is kept.
    await new Promise((resolve) => setTimeout(resolve, 2_500));

    web.letGo(document('a'));
    await ended(id);

    expect(web.requests).toHaveLength(1);
    expect(await statusOf(other)).not.toHaveProperty('lastAttempt');
    expect(await storedVersions(db, other)).toEqual([]);
  });

  it('takes over the source of a process that does not renew its lease', async () => {
    const dead = createSyncProcess(db, { leaseMs: 500 });
    const id = await putSource(db, { settings: await fileSource('c', document('c')) });
    const [claimed] = await dead.leases.claimDue(1, 500);
    startProcess();

    await ended(id);

    expect(claimed?.id).toBe(id);
    await expect(dead.leases.endFailed(claimed!, 'too late')).rejects.toThrow('taken over');
    expect((await statusOf(id)).phase).toBe('complete');
  });

  it('keeps its lease while a fetch takes longer than the lease', async () => {
    startProcess({ leaseMs: 1500 });
    startProcess({ leaseMs: 1500 });
    const id = await putSource(db, { settings: url() });
    await waitUntil(() => web.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 3500));

    web.letGo(document('a'));
    await ended(id);

    expect(web.requests).toHaveLength(1);
    expect((await statusOf(id)).attemptCount).toBe(0);
  });

  it('gives up the pass of a source that was changed, and begins anew at once', async () => {
    startProcess();
    const first = { settings: url() };
    const id = await putSource(db, first);
    await waitUntil(() => web.requests.length === 1);

    await putSource(db, { settings: await fileSource('d', document('d')) }, first);
    await ended(id);
    web.letGo(document('stale'));
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(await storedVersions(db, id)).toEqual(['server io.example/d@1.0.0']);
  });

  it('stores nothing for a source that was deleted meanwhile, and does not hold up its deletion', async () => {
    startProcess();
    const id = await putSource(db, { settings: url() });
    await waitUntil(() => web.requests.length === 1);
    const begun = performance.now();

    await db.runner.run((tx) => tx.query('DELETE FROM source WHERE id = $1', [id]), { announce: 'here' });
    const took = performance.now() - begun;
    web.letGo(document('late'));
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(took).toBeLessThan(1000);
    expect(await db.runner.query('SELECT 1 FROM entry')).toEqual([]);
  });

  it('stops promptly, stores nothing, and leaves the source due', async () => {
    const process = startProcess();
    const id = await putSource(db, { settings: url() });
    await waitUntil(() => web.requests.length === 1);
    const begun = performance.now();

    await process.stop();

    expect(performance.now() - begun).toBeLessThan(1000);
    expect(await statusOf(id)).toMatchObject({ phase: 'failed', message: 'No previous sync status found' });
    expect(await db.runner.query('SELECT due_at <= now() AS due, lease_owner FROM sync_status')).toEqual([
      { due: true, lease_owner: null },
    ]);
  });

  it('begins anew a pass that was asked for before its time and could not end', async () => {
    const first = startProcess({ leaseMs: 500 });
    const settings = await fileSource('early', document('early'));
    const id = await putSource(db, { settings });
    await ended(id);
    await first.stop();
    const dead = createSyncProcess(db, { leaseMs: 500 });
    const before = await statusOf(id);
    await dead.leases.claimOne(id, 500);

    startProcess();
    await waitUntil(async () => (await statusOf(id)).lastSyncTime !== before.lastSyncTime);
    await ended(id);

    expect((await statusOf(id)).phase).toBe('complete');
  });

  it('counts failed passes and keeps what is served', async () => {
    startProcess();
    const settings = await fileSource('e', document('e'));
    const id = await putSource(db, { settings, intervalMs: 10 });
    await ended(id);

    await fileSource('e', '{"version": "1.0.0"}');
    await waitUntil(async () => (await statusOf(id)).attemptCount >= 2);
    const failed = await statusOf(id);
    await fileSource('e', document('e'));
    await ended(id);
    const recovered = await statusOf(id);

    expect(failed).toMatchObject({ serverCount: 1, lastAttempt: expect.any(String) });
    expect(failed.message).toMatch(/^Fetch failed: .*validation failed/);
    expect(recovered).toMatchObject({ attemptCount: 0, message: 'Sync completed successfully', serverCount: 1 });
  });

  it('checks again within the interval, and an unchanged document moves nothing but the time', async () => {
    startProcess();
    const id = await putSource(db, { settings: await fileSource('f', document('f')), intervalMs: 1000 });
    await ended(id);
    const first = await statusOf(id);
    const [before] = await db.runner.query<{ revision: number }>('SELECT revision FROM source');

    await waitUntil(async () => (await statusOf(id)).lastSyncTime !== first.lastSyncTime, 6000);
    await ended(id);
    const second = await statusOf(id);

    expect({ ...second, lastSyncTime: '', lastAttempt: '' }).toEqual({ ...first, lastSyncTime: '', lastAttempt: '' });
    expect(await db.runner.query('SELECT revision FROM source')).toEqual([before]);
  });

  it('applies a changed filter to an unchanged document at once', async () => {
    startProcess();
    const settings = await fileSource('g', newDocument([newServer('io.example/a'), newServer('io.other/b')]));
    const id = await putSource(db, { settings });
    await ended(id);

    await putSource(db, { settings, filter: { names: { include: ['io.other/*'] } } }, { settings });
    await waitUntil(async () => (await statusOf(id)).serverCount === 1);

    expect(await storedVersions(db, id)).toEqual(['server io.other/b@1.0.0']);
  });

  it('begins a pass on demand, but not a second one', async () => {
    const { service } = startProcess();
    const settings = url();
    const id = await putSource(db, { settings });
    await waitUntil(() => web.requests.length === 1);

    await expect(service.syncNow({ id, settings })).rejects.toThrow('already running');
    web.letGo(document('a'));
    await ended(id);
    web.answer = document('b');
    await service.syncNow({ id, settings });
    await waitUntil(async () => (await storedVersions(db, id)).join() === 'server io.example/b@1.0.0');

    expect(web.requests).toHaveLength(2);
  });

  it('finishes all of many small sources quickly', async () => {
    startProcess();
    const ids: number[] = [];
    for (let index = 0; index < 40; index++) {
      ids.push(
        await putSource(db, { name: `s${index}`, settings: await fileSource(`s${index}`, document(`s${index}`)) }),
      );
    }

    for (const id of ids) await ended(id);

    expect(await db.runner.query('SELECT count(*) AS count FROM entry')).toEqual([{ count: 40 }]);
  });
});
