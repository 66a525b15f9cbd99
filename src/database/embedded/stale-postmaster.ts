import { execFile } from 'node:child_process';
import { readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createLogger } from '../../telemetry/logging.js';
import { APPLICATION_NAME } from '../application-name.js';
import { withClient } from '../open-client.js';
import { EMBEDDED_USER, type DataFolder } from './data-folder.js';

const log = createLogger('database');

const STOP_LIMIT_MS = 10_000;
const POLL_MS = 50;
const ANSWER_LIMIT_MS = 2_000;

/**
 * Clears the way for a PostgreSQL on a data folder after a crash. One that outlived its server is stopped; the lock file of one that
 * is gone is left to PostgreSQL, which knows when it may be overridden, unless its process id belongs to another program by now.
 * @throws Error when the folder is in use by another running server
 */
export async function clearStalePostmaster(folder: DataFolder): Promise<void> {
  const lock = await readLock(folder.cluster);
  if (!lock || !isAlive(lock.pid)) return;
  if (await isPostmasterOf(folder.cluster, lock.pid)) {
    if (await hasServer(folder, lock.port)) {
      throw new Error(`embedded database: data folder "${folder.path}" is in use by another running server`);
    }
    log.warn({ folder: folder.path, pid: lock.pid }, 'embedded database: stopping the one that a crash left running');
    await stopPostmaster(lock.pid, folder);
  }
  // By now the process id is that of an unrelated program, or of a dead process whose parent does not ask for it.
  if (isAlive(lock.pid)) await disownLock(folder.cluster);
}

async function readLock(cluster: string): Promise<{ pid: number; port: number } | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n');
  return Number(pid) > 0 ? { pid: Number(pid), port: Number(port) } : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A postmaster works in its data folder, and was started with it as an argument. */
async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  if (process.platform === 'linux') return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cluster;
  const { stdout } = await promisify(execFile)('ps', ['-p', `${pid}`, '-o', 'command=']).catch(() => ({ stdout: '' }));
  return stdout.includes(cluster);
}

/** Whether a server of ours is connected; one that has crashed has no connections. */
async function hasServer({ password }: DataFolder, port: number): Promise<boolean> {
  const options = {
    host: '127.0.0.1',
    port,
    user: EMBEDDED_USER,
    password: password.reveal(),
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: ANSWER_LIMIT_MS,
    query_timeout: ANSWER_LIMIT_MS,
  };
  try {
    return await withClient(options, async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_stat_activity WHERE starts_with(application_name, $1)', [
        APPLICATION_NAME,
      ]);
      return (rowCount ?? 0) > 0;
    });
  } catch {
    // One that does not answer serves nobody.
    return false;
  }
}

/** PostgreSQL overrides a lock that names its parent, once it has made sure that no process of the old one is left. */
async function disownLock(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text !== '') await writeFile(file, text.replace(/^\d+/, `${process.pid}`));
}

/** Ends a postmaster: politely to its clients first, at once when that takes too long. */
async function stopPostmaster(pid: number, { path, cluster }: DataFolder): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(pid, signal);
    for (const end = Date.now() + STOP_LIMIT_MS; Date.now() < end; await sleep(POLL_MS)) {
      if (!(await isPostmasterOf(cluster, pid))) return;
    }
  }
  throw new Error(`embedded database: process ${pid} on data folder "${path}" does not stop`);
}
