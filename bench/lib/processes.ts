import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A process that is measured or measures. */
export interface Running {
  readonly process: ChildProcess;
  /** Resident memory in MiB, from the operating system. */
  residentMiB(): number;
  stop(): Promise<void>;
}

function running(child: ChildProcess): Running {
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  return {
    process: child,
    residentMiB: () => {
      const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
    },
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts a script of this folder with Node.js; its standard error is shown. */
export function startScript(name: string, args: readonly string[]): Running {
  const path = fileURLToPath(new URL(`../${name}`, import.meta.url));
  return running(spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** Starts the built program. */
export function startProgram(args: readonly string[], env: Record<string, string> = {}): Running {
  const path = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const options = { stdio: ['ignore', 'ignore', 'inherit'] as ('ignore' | 'inherit')[] };
  return running(
    spawn(process.execPath, [path, ...args], { ...options, env: { ...process.env, LOG_LEVEL: 'error', ...env } }),
  );
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
