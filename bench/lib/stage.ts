import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/harness/free-port.ts';
import { middleName, writeCatalogue } from './catalogue.ts';
import { startPostgres, type BenchPostgres } from './postgres.ts';
import { startProgram, waitFor, type Running } from './processes.ts';

/** The built program, once it is ready. */
export interface Server extends Running {
  /** Of the public listener. */
  readonly base: string;
  /** The list of servers of the registry that is measured. */
  readonly list: string;
  /** How long it took to be ready, in milliseconds. */
  readonly readyMs: number;
  /** By how much the event loop was held up since the last call, in milliseconds. */
  loopDelay(): Promise<{ p99: number; max: number }>;
}

/** How a program differs from the usual one. */
export interface ServerOptions {
  readonly env?: Record<string, string>;
  /** The `auth` block; default: anonymous. */
  readonly auth?: Record<string, unknown>;
  /** Members that are added to the configuration. */
  readonly config?: Record<string, unknown>;
  /** How often the document is looked at; default: not again while anything is measured. */
  readonly interval?: string;
}

/** Everything that a measurement needs: a database, a document in a folder, and programs over both. */
export class Stage {
  readonly #running: Running[] = [];
  readonly folder: string;
  readonly document: string;
  readonly servers: number;
  readonly #postgres: BenchPostgres;
  #programs = 0;

  private constructor(folder: string, servers: number, postgres: BenchPostgres) {
    this.folder = folder;
    this.document = join(folder, 'registry.json');
    this.servers = servers;
    this.#postgres = postgres;
  }

  /** @param servers - of the document, each in two versions */
  static async set(servers: number): Promise<Stage> {
    const stage = new Stage(await mkdtemp(join(tmpdir(), 'registry-bench-')), servers, await startPostgres());
    await writeCatalogue(stage.document, servers);
    return stage;
  }

  /** The name of a server in the middle of the document, which {@link change} changes. */
  get middle(): string {
    return middleName(this.servers);
  }

  /** Changes one server of the document. */
  change(): Promise<void> {
    return writeCatalogue(this.document, this.servers, Math.floor(this.servers / 2));
  }

  /** Remembers a process that has to be stopped in any case. */
  keep<T extends Running>(process: T): T {
    this.#running.push(process);
    return process;
  }

  /** Starts a program over the database and waits until it is ready. */
  async start({
    env = {},
    auth = { mode: 'anonymous' },
    config = {},
    interval = '1h',
  }: ServerOptions = {}): Promise<Server> {
    const name = `program-${++this.#programs}`;
    const configFile = join(this.folder, `${name}.json`);
    const loopFile = join(this.folder, `${name}.loop.json`);
    const document = {
      sources: [
        { name: 'bench', file: { path: this.document }, syncPolicy: { interval } },
        { name: 'published', managed: {} },
      ],
      registries: [
        { name: 'bench', sources: ['bench'] },
        { name: 'published', sources: ['published'] },
      ],
      auth,
      database: this.#postgres.block,
      ...config,
    };
    await writeFile(configFile, JSON.stringify(document));
    const [port, internalPort] = [await freePort(), await freePort()];
    const addresses = ['--address', `127.0.0.1:${port}`, '--internal-address', `127.0.0.1:${internalPort}`];
    const log = openSync(join(this.folder, `${name}.log`), 'w');
    const program = startProgram(
      ['serve', '--config', configFile, ...addresses],
      { ...env, BENCH_LOOP_FILE: loopFile },
      log,
    );
    this.keep(program);
    const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${internalPort}/readiness`)).ok;
    const readyMs = await waitFor(isReady, 'readiness');
    const base = `http://127.0.0.1:${port}`;
    return {
      ...program,
      base,
      list: `${base}/registry/bench/v0.1/servers`,
      readyMs,
      loopDelay: () => loopDelay(program, loopFile),
    };
  }

  /** Ends everything. */
  async strike(): Promise<void> {
    for (const each of this.#running.splice(0)) await each.stop();
    await this.#postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function loopDelay(program: Running, file: string): Promise<{ p99: number; max: number }> {
  await rm(file, { force: true });
  program.process.kill('SIGUSR2');
  await sleep(50);
  let text = '';
  await waitFor(async () => (text = await readFile(file, 'utf8')).endsWith('}'), 'the delay of the event loop');
  return JSON.parse(text) as { p99: number; max: number };
}

/** A page of a list, as far as measurements look at it. */
export interface Page {
  readonly metadata: { readonly total?: number; readonly nextCursor?: string };
}

/** The JSON of an answer that must be a success. */
export async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
