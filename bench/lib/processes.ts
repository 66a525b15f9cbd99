import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A process that is measured or measures. */
export interface Running {
  readonly process: ChildProcess;
  /** Resident memory in MiB, from the operating system. */
  residentMiB(): number;
  /** The most that it ever was, in MiB. */
  peakMiB(): number;
  /** Processor time used so far, in seconds; undefined where the operating system does not tell. */
  cpuSeconds(): number | undefined;
  stop(): Promise<void>;
}

/** Clock ticks a second, in which Linux counts processor time on every common platform. */
const TICKS = 100;

function running(child: ChildProcess): Running {
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const read = (file: string): string => readFileSync(`/proc/${child.pid ?? 0}/${file}`, 'utf8');
  const memory = (member: string): number =>
    Number(new RegExp(`${member}:\\s+(\\d+)`).exec(read('status'))?.[1] ?? Number.NaN) / 1024;
  return {
    process: child,
    residentMiB: () => memory('VmRSS'),
    peakMiB: () => memory('VmHWM'),
    cpuSeconds: () => {
      if (process.platform !== 'linux') return undefined;
      // The name of the program, in brackets, may hold anything.
      const [user = 0, system = 0] = read('stat').split(') ').at(-1)?.split(' ').slice(11, 13).map(Number) ?? [];
      return (user + system) / TICKS;
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts a script of this folder with Node.js; its standard error is shown. */
export function startScript(name: string, args: readonly string[]): Running {
  const path = fileURLToPath(new URL(`../${name}`, import.meta.url));
  return running(spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** Starts the built program as it is started by everybody, its access log written to the given file descriptor. */
export function startProgram(args: readonly string[], env: Record<string, string>, logFile: number): Running {
  const path = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const probe = fileURLToPath(new URL('loop-probe.mjs', import.meta.url));
  const options = { stdio: ['ignore', 'ignore', logFile] as ('ignore' | number)[], env: { ...process.env, ...env } };
  return running(spawn(process.execPath, ['--import', probe, path, ...args], options));
}

/** Polls until the check holds. @returns milliseconds that it took */
export async function waitFor(check: () => Promise<boolean>, what: string, limitMs = 300_000): Promise<number> {
  const began = performance.now();
  while (!(await check().catch(() => false))) {
    if (performance.now() - began > limitMs) throw new Error(`timed out waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - began;
}
