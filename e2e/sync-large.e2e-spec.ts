import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDocument, newServer } from './harness/documents.js';
import {
  createServerDatabase,
  eventually,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const SERVERS = 20_000;
const nameOf = (index: number) => `io.example/server-${index}`;

// Documents of this size are parsed on a thread, which only the built program has.
describe('a document of 20,000 servers', () => {
  let folder: string;
  let database: ServerDatabase;
  let server: RunningServer;

  /** Writes the document as a deployment would: in one moment. */
  async function offer(change: (index: number) => Record<string, unknown> | undefined): Promise<void> {
    const servers = Array.from({ length: SERVERS }, (_, index) => newServer(nameOf(index), '1.0.0', change(index)));
    await writeFile(join(folder, 'next.json'), newDocument(servers));
    await rename(join(folder, 'next.json'), join(folder, 'registry.json'));
  }
  const status = async () => (await server.get('/v1/sources/large')).json.syncStatus;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'large-'));
    await offer(() => undefined);
    database = await createServerDatabase();
    server = await startServer({
      sources: [
        {
          name: 'large',
          file: { path: join(folder, 'registry.json') },
          filter: { names: { exclude: ['*-19999'] } },
          syncPolicy: { interval: '1s' },
        },
      ],
      registries: [{ name: 'r', sources: ['large'] }],
      auth: { mode: 'anonymous' },
      database: database.block,
    });
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('is stored and filtered, while requests are answered', async () => {
    let slowest = 0;
    await eventually(
      async () => {
        const begun = performance.now();
        const { phase, serverCount } = await status();
        slowest = Math.max(slowest, performance.now() - begun);
        return phase === 'complete' && serverCount === SERVERS - 1;
      },
      'the first pass',
      60_000,
    );

    expect(slowest).toBeLessThan(2_000);
    expect((await server.get(`/registry/r/v0.1/servers?limit=1&total=true`)).json.metadata.total).toBe(SERVERS - 1);
  });

  it('changes one row when one entry has changed', async () => {
    await offer((index) => (index === 777 ? { title: 'changed' } : undefined));
    await eventually(async () => {
      const answer = await server.get(`/registry/r/v0.1/servers/${encodeURIComponent(nameOf(777))}/versions/1.0.0`);
      return answer.json.server.title === 'changed';
    }, 'the change');

    const [row] = await database.query(
      'SELECT count(*)::int AS n FROM entry_version WHERE revision = (SELECT max(revision) FROM source)',
    );
    expect(row).toEqual({ n: 1 });
  });

  it('is refused whole for one invalid entry, with its place', async () => {
    await offer((index) => (index === 19_000 ? { description: '' } : undefined));
    const failed = await eventually(async () => {
      const now = await status();
      return now.phase === 'failed' && now;
    }, 'the refusal');

    expect(failed.message).toMatch(/^Fetch failed: .*validation failed.*data\.servers\.19000\.description/);
    expect(failed.serverCount).toBe(SERVERS - 1);
  });
});
