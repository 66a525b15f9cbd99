import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const ENVIRONMENT = {
  PATH: process.env['PATH'],
  HOME: tmpdir(),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

/** A repository on the server, with a working copy to change it from. */
export class GitRepository {
  constructor(
    readonly url: string,
    readonly bare: string,
    readonly work: string,
  ) {}

  /** Runs git in the working copy. */
  async git(...args: string[]): Promise<string> {
    const { stdout } = await execute('git', ['-C', this.work, ...args], { env: ENVIRONMENT, maxBuffer: 1 << 26 });
    return stdout.trim();
  }

  /** Runs git in the bare repository. */
  async bareGit(...args: string[]): Promise<string> {
    return (await execute('git', ['-C', this.bare, ...args], { env: ENVIRONMENT })).stdout.trim();
  }

  /** Writes files, commits and pushes the current branch, over what is there if need be. @returns the commit's id */
  async commit(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.work, name)), { recursive: true });
      await writeFile(join(this.work, name), content);
    }
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', 'change');
    await this.git('push', '-q', '--force', 'origin', 'HEAD');
    return this.git('rev-parse', 'HEAD');
  }

  /** Sets a tag on the current commit, moving it if it exists. */
  async tag(name: string, { annotated = false } = {}): Promise<void> {
    await this.git('tag', '-f', ...(annotated ? ['-a', '-m', name] : []), name);
    await this.git('push', '-q', '--force', 'origin', `refs/tags/${name}`);
  }
}

/** A smart-HTTP git server: `git http-backend` behind a small web server on the loopback address. */
export class GitServer {
  readonly requests: { method: string; url: string; authorization: string | undefined }[] = [];
  /** When set, every request needs these credentials. */
  credentials: { username: string; password: string } | undefined;
  /** When set, decides about a request before git does; true when it has answered it. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  private constructor(readonly root: string) {}

  /** @param host - the address to listen on */
  static async start(host = '127.0.0.1'): Promise<GitServer> {
    const server = new GitServer(await mkdtemp(join(tmpdir(), 'git-server-')));
    await new Promise<void>((resolve) => server.#server.listen(0, host, resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.root, { recursive: true, force: true });
  }

  /** Creates a repository with nothing in it. */
  async create(name: string, branch = 'main'): Promise<GitRepository> {
    const [bare, work] = [join(this.root, `${name}.git`), join(this.root, `${name}.work`)];
    await execute('git', ['init', '-q', '--bare', `--initial-branch=${branch}`, bare], { env: ENVIRONMENT });
    await execute('git', ['init', '-q', `--initial-branch=${branch}`, work], { env: ENVIRONMENT });
    const repository = new GitRepository(`${this.origin}/${name}.git`, bare, work);
    await repository.git('remote', 'add', 'origin', bare);
    // What tests commit is small, or noise.
    for (const git of [repository.git.bind(repository), repository.bareGit.bind(repository)]) {
      await git('config', 'core.compression', '0');
    }
    return repository;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = request;
    this.requests.push({ method, url, authorization: headers.authorization });
    if (this.intercept?.(request, response)) return;
    if (this.credentials) {
      const { username, password } = this.credentials;
      const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      if (headers.authorization !== wanted) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
        return;
      }
    }
    void this.#runBackend(request, response);
  }

  async #runBackend(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', 'http://host');
    const { headers } = request;
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...ENVIRONMENT,
        GIT_PROJECT_ROOT: this.root,
        GIT_HTTP_EXPORT_ALL: '1',
        REQUEST_METHOD: request.method,
        PATH_INFO: decodeURIComponent(pathname),
        QUERY_STRING: search.slice(1),
        REMOTE_ADDR: '127.0.0.1',
        CONTENT_TYPE: headers['content-type'] ?? '',
        ...(headers['content-length'] ? { CONTENT_LENGTH: headers['content-length'] } : {}),
        ...(headers['content-encoding'] ? { HTTP_CONTENT_ENCODING: headers['content-encoding'] } : {}),
        ...(headers['git-protocol'] ? { GIT_PROTOCOL: String(headers['git-protocol']) } : {}),
      },
    });
    request.pipe(backend.stdin).on('error', () => undefined);
    let head = Buffer.alloc(0);
    backend.stdout.on('data', (chunk: Buffer) => {
      if (response.headersSent) {
        if (!response.write(chunk)) backend.stdout.pause();
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      sendHead(response, head.toString('latin1', 0, end));
      response.write(head.subarray(end + 4));
    });
    response.on('drain', () => backend.stdout.resume()).on('close', () => backend.kill());
    await once(backend, 'close');
    response.end();
  }
}

function sendHead(response: ServerResponse, text: string): void {
  let status = 200;
  for (const line of text.split('\r\n')) {
    const [name = '', value = ''] = line.split(/: (.*)/s);
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
