import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newDocument, newServer } from '../../e2e/harness/documents.js';
import { ApiSourceFetcher } from '../../src/sync/fetchers/api-source.fetcher.js';
import { FileSourceFetcher } from '../../src/sync/fetchers/file-source.fetcher.js';
import { GitSourceFetcher } from '../../src/sync/fetchers/git-source.fetcher.js';
import { GitProgram } from '../../src/sync/fetchers/git/git-program.js';
import { ProgramCheckout } from '../../src/sync/fetchers/git/program-checkout.js';
import { HttpClient } from '../../src/sync/http/http-client.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { GitServer, type GitRepository } from '../harness/git-server.js';
import { ownAddress } from '../harness/own-address.js';
import { createSyncProcess, putSource, type SyncProcess } from '../harness/sync.js';
import { waitUntil } from '../harness/wait-until.js';

const REFUSED = /is refused: sources made over the API may not reach loopback/;
const PUBLIC = ownAddress();
const { signal } = new AbortController();
const guarded = new HttpClient(true);
const context = { http: guarded, signal, state: null, knownHash: null };

/** A web server on all addresses of this host, which counts the connections it gets. */
class CountingServer {
  connections = 0;
  answer: RequestListener = (_request, response) => void response.end('{}');
  readonly #server: Server = createServer((request, response) => this.answer(request, response));

  async start(): Promise<this> {
    this.#server.on('connection', () => this.connections++);
    this.#server.listen(0, '0.0.0.0');
    await once(this.#server, 'listening');
    return this;
  }

  url(host: string, path = ''): string {
    return `http://${host}:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

let web: CountingServer;

beforeEach(async () => {
  web = await new CountingServer().start();
});
afterEach(() => web.stop());
afterAll(() => guarded.close());

describe('a guarded HTTP client', () => {
  it.each(['127.0.0.1', 'localhost', '127.1', '0x7f000001', '[::ffff:127.0.0.1]', '0.0.0.0'])(
    'does not even connect to %s',
    async (host) => {
      await expect(guarded.send(web.url(host), { signal })).rejects.toThrow(REFUSED);

      expect(web.connections).toBe(0);
    },
  );

  it.runIf(PUBLIC)('reaches other addresses, but follows no redirect to a local one', async () => {
    const answer = await guarded.send(web.url(PUBLIC!), { signal });
    answer.body.resume();
    expect(answer.status).toBe(200);

    const secret = await new CountingServer().start();
    web.answer = (_request, response) =>
      void response.writeHead(302, { location: secret.url('localhost', '/metadata') }).end();
    await expect(guarded.send(web.url(PUBLIC!), { signal })).rejects.toThrow(REFUSED);

    expect(secret.connections).toBe(0);
    await secret.stop();
  });
});

describe('a guarded source', () => {
  it('cannot fetch a local URL', async () => {
    await expect(new FileSourceFetcher().fetch({ url: web.url('127.0.0.1') }, context)).rejects.toThrow(REFUSED);
  });

  it('cannot read a local upstream, nor have a token issued by a local server', async () => {
    const fetcher = new ApiSourceFetcher({ maxMetaSize: 1000 });
    const folder = await mkdtemp(join(tmpdir(), 'guard-'));
    const clientSecretFile = join(folder, 'secret');
    await writeFile(clientSecretFile, 'secret');
    const read = (api: { endpoint: string; auth?: object }) =>
      fetcher.read(api, { settings: { kind: 'api', api } }, undefined, context);

    await expect(read({ endpoint: web.url('127.0.0.1') })).rejects.toThrow(REFUSED);
    const oauth2 = { tokenUrl: web.url('localhost'), clientId: 'c', clientSecretFile };
    await expect(read({ endpoint: 'http://192.0.2.1:9', auth: { oauth2 } })).rejects.toThrow(REFUSED);

    expect(web.connections).toBe(0);
    await rm(folder, { recursive: true });
  });

  it.each(['ssh://git@localhost/r', 'git@127.0.0.1:r', 'git://localhost/r', 'http://127.0.0.1:1/r'])(
    'cannot read the repository %s',
    async (repository) => {
      const fetcher = new GitSourceFetcher(new GitProgram());

      await expect(fetcher.fetch({ repository }, context)).rejects.toThrow(REFUSED);
    },
  );
});

describe.runIf(PUBLIC)('a guarded git source', () => {
  let git: GitServer;
  let repository: GitRepository;

  beforeAll(async () => {
    git = await GitServer.start('0.0.0.0');
    repository = await git.create('r');
    await repository.commit({ 'registry.json': 'content' });
  });
  afterAll(() => git.stop());
  afterEach(() => {
    git.intercept = undefined;
  });

  const url = () => repository.url.replace('127.0.0.1', PUBLIC!);

  it.each([
    ['the program', new GitProgram()],
    ['the library', new GitProgram('/nonexistent/git')],
  ])('reads with %s what is elsewhere, but is not led to a local address', async (_what, program) => {
    const fetcher = new GitSourceFetcher(program);
    expect((await fetcher.fetch({ repository: url() }, context))?.bytes.toString()).toBe('content');

    git.intercept = (request, response) => {
      response.writeHead(302, { location: web.url('127.0.0.1', request.url) }).end();
      return true;
    };
    await expect(fetcher.fetch({ repository: url() }, context)).rejects.toThrow(REFUSED);

    expect(web.connections).toBe(0);
  });

  it('has the program follow no redirect of its own', async () => {
    git.intercept = (request, response) => {
      if (git.requests.length <= 2) return false;
      response.writeHead(302, { location: web.url('127.0.0.1', request.url) }).end();
      return true;
    };
    git.requests.length = 0;

    await expect(new GitSourceFetcher(new GitProgram()).fetch({ repository: url() }, context)).rejects.toThrow();

    expect(git.requests.length).toBeGreaterThan(2);
    expect(web.connections).toBe(0);
  });

  it('has the program dial the addresses that were checked, whatever the name resolves to by then', async () => {
    const { port } = new URL(url());
    const host = 'rebound.invalid';
    const remote = {
      url: `http://${host}:${port}/r.git`,
      config: { 'http.curloptResolve': `${host}:${port}:${PUBLIC}` },
      environment: {},
    };

    const file = await new ProgramCheckout(new GitProgram()).readFile(
      remote,
      { kind: 'ref', name: 'HEAD' },
      'registry.json',
      signal,
    );

    expect(file.bytes.toString()).toBe('content');
  });
});

describe('the synchronisation with the guard on', () => {
  let db: TestDatabase;
  let process: SyncProcess;

  beforeAll(async () => {
    db = await createTestDatabase();
    process = createSyncProcess(db, { guardsApiSources: true });
    process.start();
  });
  afterAll(async () => {
    await process.stop();
    await db.drop();
  });

  it('keeps sources made over the API away from this host, and trusts those of the configuration file', async () => {
    web.answer = (_request, response) => void response.end(newDocument([newServer('io.example/a')]));
    const settings = { kind: 'file' as const, file: { url: web.url('127.0.0.1') } };
    const made = await putSource(db, { name: 'made', settings, creationType: 'API' });
    const configured = await putSource(db, { name: 'configured', settings, creationType: 'CONFIG' });
    const ended = (id: number) =>
      waitUntil(async () => {
        const status = await process.status.find(id);
        return status?.lastSyncTime ? status : undefined;
      });

    expect((await ended(made))?.message).toMatch(REFUSED);
    expect((await ended(configured))?.phase).toBe('complete');
  });
});
