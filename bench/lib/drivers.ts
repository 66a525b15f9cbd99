import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What is asked for. */
export interface Read {
  readonly url: string;
  readonly headers?: Record<string, string>;
}

/** Requests that were answered, and how many not as they should. */
export interface Outcome {
  readonly requests: number;
  readonly failed: number;
}

/** A process that loads a URL. */
export interface Driver {
  readonly process: ChildProcess;
  /** Known when the process has ended. */
  readonly outcome: Promise<Outcome>;
}

const CONNECTIONS = 16;

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

function wrkArguments({ url, headers = {} }: Read, seconds: number): string[] {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  return ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, ...given, url];
}

function wrkOutcome(output: string): Outcome {
  const count = (pattern: RegExp): number => Number(pattern.exec(output)?.[1] ?? 0);
  return { requests: count(/(\d+) requests in/), failed: count(/Non-2xx or 3xx responses: (\d+)/) };
}

function start(program: string, args: readonly string[], outcomeOf: (output: string) => Outcome): Driver {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(outcomeOf(output)));
  });
  return { process: child, outcome };
}

/** Starts to load a URL. @param seconds - for how long, by the clock on the wall */
export function drive(read: Read, seconds: number): Driver {
  if (loadProgram === 'wrk') return start('wrk', wrkArguments(read, seconds), wrkOutcome);
  const script = fileURLToPath(new URL('drive-autocannon.ts', import.meta.url));
  const task = JSON.stringify({ headers: {}, ...read, seconds, connections: CONNECTIONS });
  return start(process.execPath, [script, task], (output) => JSON.parse(output) as Outcome);
}
