import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { initialiseFolder, prepareFolder } from '../../src/database/embedded/data-folder.js';
import { findPostgresProgram } from '../../src/database/embedded/postgres-program.js';
import { waitUntil } from '../harness/wait-until.js';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const HARNESS = join(import.meta.dirname, '..', 'harness');

interface Address {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

describe('startEmbeddedPostgres', () => {
  let top: string;
  let dataDir: string;
  const stops: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    top = await mkdtemp(join(tmpdir(), 'registry-embedded-'));
    await chmod(top, 0o755);
    dataDir = join(top, 'data');
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    await rm(top, { recursive: true, force: true });
  });

  const start = async (): Promise<Address> => {
    const server = await startEmbeddedPostgres({ dataDir });
    stops.push(() => server.stop());
    return { ...server, password: server.password.reveal() };
  };

  it('creates a folder of mode 0700 that keeps the data over a restart', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await query({ ...first, password: first.password.reveal() }, 'CREATE TABLE kept AS SELECT 1 AS n');
    await first.stop();

    const second = await start();

    expect(await query(second, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
  });

  it('makes the folders above that are missing, so that PostgreSQL can pass them', async () => {
    dataDir = join(top, 'made', 'too', 'postgres');

    await start();

    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  });

  it('asks for the password also on loopback', async () => {
    const server = await start();

    await expect(query({ ...server, password: 'another' }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('orders text and folds case the same on every machine', async () => {
    const server = await start();

    const rows = await query(server, "SELECT lower('ÄB') AS folded, 'a' < 'B' AS alphabetical");

    expect(rows).toEqual([{ folded: 'äb', alphabetical: false }]);
  });

  it('recovers what was committed before the process was killed', async () => {
    const killed = await spawnServer(dataDir);
    await query(killed.address, 'CREATE TABLE kept AS SELECT 1 AS n');
    await kill(killed.process);

    const server = await start();

    expect(await query(server, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await expect(query(killed.address, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('recovers when PostgreSQL was killed together with its process', async () => {
    const killed = await spawnServer(dataDir);
    await query(killed.address, 'CREATE TABLE kept AS SELECT 1 AS n');
    process.kill(await postmasterId(), 'SIGKILL');
    await kill(killed.process);

    const server = await start();

    expect(await query(server, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('overrides a lock file whose process id belongs to another program by now', async () => {
    const killed = await spawnServer(dataDir);
    process.kill(await postmasterId(), 'SIGKILL');
    await kill(killed.process);
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    stops.push(async () => bystander.kill());
    const lock = await readFile(lockFile(), 'utf8');
    await writeFile(lockFile(), lock.replace(/^\d+/, `${bystander.pid}`));

    const server = await start();

    expect(await query(server, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    expect(bystander.exitCode).toBeNull();
  });

  it('starts PostgreSQL again on the same port when it dies', async () => {
    const server = await start();

    process.kill(await postmasterId(), 'SIGKILL');

    expect(await waitUntil(() => query(server, 'SELECT 1 AS n'))).toEqual([{ n: 1 }]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops PostgreSQL when %s ends the process', async (signal) => {
    const ended = await spawnServer(dataDir);

    ended.process.kill(signal);
    const [, by] = await once(ended.process, 'exit');

    expect(by).toBe(signal);
    await stopped();
  });

  it('refuses a folder that another running server is connected to', async () => {
    const server = await start();
    const client = new Client({ ...server, application_name: 'thv-registry-api' });
    await client.connect();
    stops.unshift(() => client.end());

    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`data folder "${dataDir}" is in use`);
    expect((await client.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  });

  it('refuses a folder that holds something else, and leaves it as it is', async () => {
    await mkdir(dataDir, { mode: 0o755 });
    await writeFile(join(dataDir, 'diary.txt'), '');

    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`data folder "${dataDir}": is not empty`);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o755);
  });

  it.each([
    ['the folder', (file: string) => file],
    ['a folder above it', (file: string) => join(file, 'postgres')],
  ])('says that a file lies where %s should be', async (_, below) => {
    const file = join(top, 'file');
    await writeFile(file, '');

    await expect(startEmbeddedPostgres({ dataDir: below(file) })).rejects.toThrow(
      `embedded database: data folder "${below(file)}": "${file}" is not a folder`,
    );
  });

  it('begins anew after a first start that was interrupted', async () => {
    await mkdir(join(dataDir, 'cluster.unfinished', 'base'), { recursive: true });

    const server = await start();

    expect(await query(server, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it.runIf(isRoot)('names the data folder when the unprivileged user cannot reach it', async () => {
    await chmod(top, 0o700);

    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
      `data folder "${dataDir}": cannot be reached by user id`,
    );
  });

  it.runIf(isRoot)('works for an ordinary user', async () => {
    await mkdir(dataDir);
    await chown(dataDir, NOBODY, NOBODY);

    const { address, process: child } = await spawnServer(dataDir, { uid: NOBODY, gid: NOBODY });
    stops.push(async () => {
      child.kill('SIGTERM');
      await stopped();
    });

    expect(await query(address, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it.runIf(isRoot)('runs a copy of PostgreSQL where the installed one lies in a folder of root', async () => {
    const closed = join(top, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const native = join(closed, 'package', 'native');
    await cp(await installedNative(), native, { recursive: true, verbatimSymlinks: true });
    const version = `0.0.0-${basename(top)}`;
    await writeFile(join(native, '..', 'package.json'), JSON.stringify({ version }));
    await rm(join(native, 'lib', 'libicuuc.so.60'));

    const user = { uid: NOBODY, gid: NOBODY };
    const program = await findPostgresProgram(user, native);
    stops.push(() => rm(join(dirname(program.postgres), '..'), { recursive: true, force: true }));
    const { cluster } = await initialiseFolder(await prepareFolder(dataDir, user), program, user);

    expect(program.postgres.startsWith(closed)).toBe(false);
    expect((await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim()).toBe('18');
  });

  const stopped = (): Promise<boolean> =>
    waitUntil(async () => (await stat(lockFile()).catch(() => undefined)) === undefined);
  const lockFile = (): string => join(dataDir, 'cluster', 'postmaster.pid');
  const postmasterId = async (): Promise<number> => Number((await readFile(lockFile(), 'utf8')).split('\n')[0]);
});

async function spawnServer(
  dataDir: string,
  user: { uid?: number; gid?: number } = {},
): Promise<{ address: Address; process: ChildProcess }> {
  const hooks = join(HARNESS, 'typescript-hooks.mjs');
  const child = spawn(process.execPath, ['--import', hooks, join(HARNESS, 'embedded-server.ts'), dataDir], {
    ...user,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { address: JSON.parse(line), process: child };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function query(address: Address, sql: string): Promise<unknown[]> {
  const { host, port, user, password, database } = address;
  const client = new Client({ host, port, user, password, database, ssl: false });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function installedNative(): Promise<string> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native');
}
