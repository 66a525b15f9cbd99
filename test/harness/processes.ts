import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

function statusOf(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n');
  return Object.fromEntries(lines.map((line) => line.split(/:\s*(.*)/s).slice(0, 2) as [string, string]));
}

/** Whether this host tells about processes in `/proc`. */
export const hasProc = process.platform === 'linux';

/** Processes that a process has started and that have not ended, and those that they have started. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      parents.set(Number(name), Number(statusOf(Number(name))['PPid']));
    } catch {
      // It has ended meanwhile.
    }
  }
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child);
    return parent !== undefined && (parent === pid || isBelow(parent));
  };
  return [...parents.keys()].filter((child) => child !== pid && isBelow(child));
}

/** Resident memory of processes together, in MiB. */
export function residentMiB(...pids: number[]): number {
  let kib = 0;
  for (const pid of pids) {
    try {
      kib += Number.parseInt(statusOf(pid)['VmRSS'] ?? '0', 10);
    } catch {
      // It has ended meanwhile.
    }
  }
  return Math.round(kib / 1024);
}

/** Open files of a process: all of them, and how many of them are sockets. */
export function openFiles(pid: number): { files: number; sockets: number } {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).map((name) => {
    try {
      return readlinkSync(`${folder}/${name}`);
    } catch {
      return '';
    }
  });
  return { files: targets.length, sockets: targets.filter((target) => target.startsWith('socket:')).length };
}
