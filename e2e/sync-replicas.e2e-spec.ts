import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Upstream } from '../test/harness/upstream.js';
import { newServer } from './harness/documents.js';
import {
  createServerDatabase,
  eventually,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const SERVERS = 400;
const PAGE_DELAY_MS = 1_500;

describe('three replicas on one database', () => {
  let upstream: Upstream;
  let database: ServerDatabase;
  let replicas: RunningServer[];

  const offer = (version: string) => {
    upstream.servers = Array.from({ length: SERVERS }, (_, index) => ({
      server: newServer(`io.example/s-${String(index).padStart(3, '0')}`, version),
    }));
  };
  const begun = (replica: RunningServer) => replica.log().split('sync begun').length - 1;

  /** The versions that a registry shows, and how many of each. */
  async function shown(replica: RunningServer): Promise<string> {
    const counts = new Map<string, number>();
    const { json } = await replica.get(`/registry/r/v0.1/servers?limit=${SERVERS * 2}`);
    for (const { server } of json.servers as { server: { version: string } }[]) {
      counts.set(server.version, (counts.get(server.version) ?? 0) + 1);
    }
    return [...counts].map(([version, count]) => `${count} x ${version}`).join(', ');
  }

  beforeAll(async () => {
    upstream = await new Upstream().start();
    database = await createServerDatabase();
    const config = {
      sources: [{ name: 'up', api: { endpoint: upstream.url }, syncPolicy: { interval: '1s' } }],
      registries: [{ name: 'r', sources: ['up'] }],
      auth: { mode: 'anonymous' },
      database: database.block,
    };
    offer('1.0.0');
    const start = () => startServer(config, { env: { LOG_LEVEL: 'debug' } });
    replicas = [await start(), await start(), await start()];
    await replicas[0]!.synced('up');
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await upstream.stop();
    await database.drop();
  });

  it('show the same content soon after the pass of one of them', async () => {
    for (const replica of replicas) {
      await eventually(async () => (await shown(replica)) === `${SERVERS} x 1.0.0`, 'the first content', 5_000);
    }
  });

  it('complete the pass of one that is killed, and never show a mixture', { timeout: 120_000 }, async () => {
    upstream.delayMs = PAGE_DELAY_MS;
    offer('2.0.0');
    const before = replicas.map(begun);
    upstream.requests.length = 0;
    const killed = await eventually(async () => {
      const busy = replicas.findIndex((replica, index) => begun(replica) > (before[index] ?? 0));
      return upstream.requests.some(({ query }) => query['cursor']) && busy >= 0 && replicas[busy];
    }, 'a pass to be on its second page');

    killed.kill('SIGKILL');
    const killedAt = performance.now();
    const seen = new Set<string>();
    const others = replicas.filter((replica) => replica !== killed);
    await eventually(
      async () => {
        const now = await Promise.all(others.map(shown));
        for (const content of now) seen.add(content);
        return now.every((content) => content === `${SERVERS} x 2.0.0`);
      },
      'another replica to complete the pass',
      60_000,
    );

    expect(performance.now() - killedAt).toBeLessThan(60_000);
    expect([...seen].toSorted()).toEqual([`${SERVERS} x 1.0.0`, `${SERVERS} x 2.0.0`]);
    // After the kill there was silence until the lease had run out, and then one pass at a time.
    const pages = upstream.requests
      .filter(({ path }) => path === '/v0.1/servers')
      .map(({ at, query }) => ({ at, query }));
    const overlaps = pages.filter(({ at }, index) => index > 0 && at - pages[index - 1]!.at < PAGE_DELAY_MS * 0.9);
    expect(overlaps).toEqual([]);
    expect((await others[0]!.get('/v1/sources/up')).json.syncStatus).toMatchObject({
      attemptCount: 0,
      serverCount: SERVERS,
    });
  });
});
