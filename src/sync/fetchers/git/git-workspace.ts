import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorText } from '../../../common/error-text.js';
import { FetchError } from '../../pass-errors.js';

const PREFIX = 'registry-git-';
const SIZE_CHECK_INTERVAL_MS = 250;
/** Longer than a fetch may take, so that whose folder is older is not at work any more. */
const STALE_AFTER_MS = 3_600_000;

// upload-pack serves a repository of another user only when told so; it runs nothing that the repository configures.
const HOME_CONFIG = '[safe]\n\tdirectory = *\n';

/** A temporary folder for one fetch: a home for the program and a bare repository; gone when the fetch has ended. */
export interface GitWorkspace {
  readonly home: string;
  readonly repository: string;
}

/**
 * Makes a workspace, runs work in it, and removes it whatever happens.
 * @throws FetchError naming the temporary folder when there is no writing in it
 */
export async function withWorkspace<T>(work: (workspace: GitWorkspace) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), PREFIX)).catch((error: unknown) => {
    throw new FetchError(`temporary folder ${tmpdir()}: ${errorText(error)}`, { cause: error });
  });
  try {
    const home = join(folder, 'home');
    await mkdir(home);
    await writeFile(join(home, '.gitconfig'), HOME_CONFIG);
    return await work({ home, repository: join(folder, 'repository.git') });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Removes workspaces that processes have left behind that were killed. Those of others, which it may not, it leaves; where the
 * temporary folder cannot be read there are none of ours.
 */
export async function removeStaleWorkspaces(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const folder of names.filter((name) => name.startsWith(PREFIX)).map((name) => join(tmpdir(), name))) {
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > STALE_AFTER_MS)
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function folderSize(folder: string): Promise<number> {
  // Files come and go while git works.
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Runs work that fills a folder, and ends it when the folder gets too large.
 * @throws FetchError `file too big`
 */
export async function withSizeLimit<T>(
  { folder, maxBytes, signal }: { folder: string; maxBytes: number; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const tooBig = new FetchError(`file too big: the repository has more than ${maxBytes} bytes of objects`);
  const controller = new AbortController();
  const timer = setInterval(() => {
    void folderSize(folder).then((size) => size > maxBytes && controller.abort(tooBig));
  }, SIZE_CHECK_INTERVAL_MS);
  try {
    const result = await work(AbortSignal.any([signal, controller.signal]));
    if ((await folderSize(folder)) > maxBytes) throw tooBig;
    return result;
  } finally {
    clearInterval(timer);
  }
}
