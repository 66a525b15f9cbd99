import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { databaseConfigOf, withDatabase } from '../../test/harness/database-config.js';
import { withClient } from '../../src/database/open-client.js';
import { createDatabaseConnection } from '../../src/database/database-connection.js';
import { rawRequest, type RawAnswer } from '../../test/harness/raw-request.js';
import { freePort } from '../../test/harness/free-port.js';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const READY_MS = 30_000;
const STOP_MS = 15_000;

/** A database for built servers: they migrate it themselves. */
export interface ServerDatabase {
  readonly name: string;
  /** The `database` block of a configuration file. */
  readonly block: Record<string, unknown>;
  query(sql: string): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** Creates an empty database on the run's PostgreSQL server. */
export async function createServerDatabase(): Promise<ServerDatabase> {
  const name = `e2e_${randomBytes(6).toString('hex')}`;
  const adminUrl = inject('postgresUrl');
  const admin = await createDatabaseConnection(databaseConfigOf(adminUrl));
  const own = await createDatabaseConnection(databaseConfigOf(withDatabase(adminUrl, name)));
  await withClient(admin.application, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(adminUrl);
  return {
    name,
    block: {
      host: url.hostname,
      port: Number(url.port),
      user: url.username,
      password: url.password,
      database: name,
      sslMode: 'disable',
    },
    query: async (sql) =>
      (await withClient(own.application, (client) => client.query<Record<string, unknown>>(sql))).rows,
    drop: async () => {
      await withClient(admin.application, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** How the program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Runs the built program to its end. */
export async function runProgram(
  args: readonly string[],
  options: { input?: string; env?: Record<string, string>; cwd?: string; timeoutMs?: number } = {},
): Promise<Exit & { stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 30_000);
  const exit = await exited(child);
  clearTimeout(timer);
  return { ...exit, ...output };
}

function exited(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
}

/** The answer to a request, as the harness gives it. */
export type Answer = RawAnswer;

/** What a request may carry. */
export interface RequestOptions {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

/** A built server that is ready. */
export interface RunningServer {
  readonly url: string;
  readonly internalUrl: string;
  readonly pid: number;
  /** What it has written so far, standard output and error. */
  readonly log: () => string;
  readonly configPath: string;
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  get(path: string, options?: RequestOptions): Promise<Answer>;
  internal(path: string): Promise<Answer>;
  /** Waits until a source's pass has ended in this phase. */
  synced(source: string, phase?: string, options?: RequestOptions): Promise<Answer>;
  writeConfig(config: Record<string, unknown>): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly exit: Promise<Exit>;
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

/** Polls until the check gives something truthy. @throws Error after the time limit */
export async function eventually<T>(
  check: () => Promise<T | undefined | false>,
  what: string,
  ms = 20_000,
): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await check().catch(() => undefined);
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`timed out waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** How a server is started. */
export interface ServerOptions {
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly readyMs?: number;
  /** A command that runs the program, given after it, in its own place (`exec`), such as one that sets limits. */
  readonly within?: readonly string[];
}

/**
 * Starts the built program on a configuration and waits until it is ready.
 * @param config - the configuration file's content, `database` included
 * @throws Error with the end of its log when it does not become ready
 */
export async function startServer(
  config: Record<string, unknown>,
  options: ServerOptions = {},
): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-e2e-'));
  const configPath = join(folder, 'config.yaml');
  await writeFile(configPath, JSON.stringify(config));
  const server = await spawnServer(configPath, options);
  const stop = async (signal?: NodeJS.Signals): Promise<Exit> => {
    const exit = await server.stop(signal);
    await rm(folder, { recursive: true, force: true });
    return exit;
  };
  return { ...server, stop };
}

/**
 * Starts the built program on a configuration file and waits until it is ready.
 * @throws Error with the end of its log when it does not become ready
 */
export async function spawnServer(configPath: string, options: ServerOptions = {}): Promise<RunningServer> {
  const [port, internalPort] = [await freePort(), await freePort()];
  const addresses = ['--address', `127.0.0.1:${port}`, '--internal-address', `127.0.0.1:${internalPort}`];
  const args = [PROGRAM, 'serve', '--config', configPath, ...addresses, ...(options.args ?? [])];
  const [command = process.execPath, ...words] = [...(options.within ?? []), process.execPath, ...args];
  const child = spawn(command, words, {
    env: { ...process.env, LOG_LEVEL: 'info', ...options.env },
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  let ended: Exit | undefined;
  const exit = exited(child).then((how) => (ended = how));
  const url = `http://127.0.0.1:${port}`;
  const internalUrl = `http://127.0.0.1:${internalPort}`;
  const request = (method: string, path: string, { token, headers, body }: RequestOptions = {}): Promise<Answer> =>
    rawRequest(url, method, path, {
      headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> => {
    if (!ended) child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    const how = await exit;
    clearTimeout(timer);
    return how;
  };
  const get = (path: string, o?: RequestOptions) => request('GET', path, o);
  const internal = (path: string) => rawRequest(internalUrl, 'GET', path);
  const ready = async (): Promise<boolean> => {
    if (ended) throw new Error('ended');
    return (await internal('/readiness')).status === 200;
  };
  try {
    await Promise.race([
      eventually(ready, 'readiness', options.readyMs ?? READY_MS),
      exit.then((how) => Promise.reject(new Error(`the server ended with ${JSON.stringify(how)}`))),
    ]);
  } catch (error) {
    await stop('SIGKILL');
    throw new Error(`${String(error)}\n${log.slice(-3000)}`, { cause: error });
  }
  return {
    url,
    internalUrl,
    pid: child.pid ?? 0,
    log: () => log,
    configPath,
    request,
    get,
    internal,
    synced: (source, phase = 'complete', o = {}) =>
      eventually(async () => {
        const answer = await get(`/v1/sources/${source}`, o);
        return answer.json?.syncStatus?.phase === phase && answer;
      }, `source ${source} to be ${phase}`),
    writeConfig: (content) => writeFile(configPath, JSON.stringify(content)),
    kill: (signal) => child.kill(signal),
    exit,
    stop,
  };
}
