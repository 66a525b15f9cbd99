import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { startScript, type Running } from './processes.ts';

/** What is asked for, of which process. */
export interface Target {
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly server: Running;
}

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 3;
const run = promisify(execFile);

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** wrk costs the machine least; autocannon comes with the project. */
export const loadProgram = isInstalled('wrk') ? 'wrk' : 'autocannon';

/** Requests that were answered, and how many not as they should. */
interface Outcome {
  readonly requests: number;
  readonly failed: number;
}

async function loadWithWrk({ url, headers = {} }: Target, seconds: number): Promise<Outcome> {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const { stdout } = await run('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, ...given, url]);
  const count = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? 0);
  return { requests: count(/(\d+) requests in/), failed: count(/Non-2xx or 3xx responses: (\d+)/) };
}

async function loadWithAutocannon({ url, headers = {} }: Target, seconds: number): Promise<Outcome> {
  const task = { url, headers, seconds, connections: CONNECTIONS };
  const script = startScript('lib/drive-autocannon.ts', [JSON.stringify(task)]);
  let output = '';
  script.process.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(script.process, 'exit');
  return JSON.parse(output) as Outcome;
}

/**
 * Loads a URL for some seconds from another process.
 * @returns requests a second of the server's processor time (one core), where the operating system tells it; else a second
 * @throws Error when answers failed
 */
export async function load(target: Target, seconds: number): Promise<number> {
  const began = performance.now();
  const before = target.server.cpuSeconds();
  const { requests, failed } = await (loadProgram === 'wrk' ? loadWithWrk : loadWithAutocannon)(target, seconds);
  if (failed > 0 || requests === 0) throw new Error(`${failed} of ${requests} answers of ${target.url} failed`);
  const after = target.server.cpuSeconds();
  const used = before === undefined || after === undefined ? (performance.now() - began) / 1000 : after - before;
  return requests / used;
}

/**
 * Compares targets with one another: all of them in turn, several rounds, so that a machine whose speed drifts drifts for all.
 * @returns what {@link load} gives for each round, by name
 */
export async function compare<Name extends string>(
  targets: Readonly<Record<Name, Target>>,
  rounds: number,
  seconds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(targets) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  // Functions are compiled in steps, the last after some ten thousand calls; a machine with two cores needs its time.
  for (const name of names) await load(targets[name], WARM_UP_SECONDS);
  for (let round = 0; round < rounds; round++) {
    for (const name of names) figures[name].push(await load(targets[name], seconds));
  }
  return figures;
}
