import { randomBytes } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Secret } from '../../common/secret.js';
import type { PostgresProgram } from './postgres-program.js';
import { runProgram } from './run-program.js';
import type { ProcessUser } from './unprivileged-user.js';
import { errorText } from '../../common/error-text.js';

/** Name of the superuser of an embedded database. */
export const EMBEDDED_USER = 'registry';

/** The folder of an embedded database: PostgreSQL's files in `cluster`, the generated password in `password`. */
export interface DataFolder {
  /** Absolute, links resolved. */
  readonly path: string;
  readonly cluster: string;
  readonly password: Secret;
}

const CLUSTER = 'cluster';
const UNFINISHED = 'cluster.unfinished';
const PASSWORD = 'password';
/** What may lie in a folder that is given to us as new. */
const HARMLESS = new Set([CLUSTER, UNFINISHED, PASSWORD, 'lost+found']);

/**
 * Creates the folder of an embedded database, or makes sure of the one that is there: mode 0700, owned by the user that PostgreSQL
 * runs as, reachable for it.
 * @returns its absolute path with links resolved
 * @throws Error that names the folder when it holds something else or cannot be reached
 */
export async function prepareFolder(dataDir: string, user: ProcessUser): Promise<string> {
  const wanted = resolve(dataDir);
  try {
    await createParents(dirname(wanted), user);
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    const path = await realpath(wanted);
    await assertHoldsNothingElse(path);
    if (user) await chown(path, user.uid, user.gid);
    await chmod(path, 0o700);
    if (user) await assertReachable(path, user);
    return path;
  } catch (error) {
    throw new Error(`embedded database: data folder "${wanted}": ${folderReason(error)}`, { cause: error });
  }
}

/** A file in the place of a folder is told as what it is; Node.js only says that it exists. */
function folderReason(error: unknown): string {
  const { code, path } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (code === 'EEXIST' || code === 'ENOTDIR') return `"${path}" is not a folder`;
  return errorText(error);
}

/** Creates what is missing above the folder; what is made here lets the user that PostgreSQL runs as pass, and see nothing. */
async function createParents(folder: string, user: ProcessUser): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined || !user) return;
  for (let made = folder; made.startsWith(first); made = dirname(made)) await chmod(made, 0o711);
}

/** Creates the database on the first start: all or nothing, so that a start that was interrupted is begun anew. */
export async function initialiseFolder(path: string, program: PostgresProgram, user: ProcessUser): Promise<DataFolder> {
  const cluster = join(path, CLUSTER);
  const passwordFile = join(path, PASSWORD);
  if (await exists(join(cluster, 'PG_VERSION'))) {
    return { path, cluster, password: new Secret(await readPassword(passwordFile)) };
  }
  const unfinished = join(path, UNFINISHED);
  await rm(unfinished, { recursive: true, force: true });
  const password = randomBytes(24).toString('base64url');
  await writePassword(passwordFile, password, user);
  await runProgram(
    program.initdb,
    [
      `--pgdata=${unfinished}`,
      `--username=${EMBEDDED_USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order and the same upper and lower case on every machine.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    user,
  );
  await rename(unfinished, cluster);
  return { path, cluster, password: new Secret(password) };
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function assertHoldsNothingElse(path: string): Promise<void> {
  const names = await readdir(path);
  if (names.includes(CLUSTER) || names.every((name) => HARMLESS.has(name))) return;
  throw new Error('is not empty and holds no embedded database');
}

async function readPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new Error(`embedded database: cannot read the password file "${file}"`, { cause: error });
  }
}

async function writePassword(file: string, password: string, user: ProcessUser): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (user) await chown(file, user.uid, user.gid);
}

/** Each folder above must let the user pass; PostgreSQL's own message would name none of them. */
async function assertReachable(path: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = await stat(folder);
    const mayPass = owner === uid ? mode & 0o100 : group === gid ? mode & 0o010 : mode & 0o001;
    if (!mayPass) {
      throw new Error(
        `cannot be reached by user id ${uid}, which PostgreSQL runs as here: "${folder}" does not let it pass`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}
