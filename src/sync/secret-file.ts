import { open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { Secret } from '../common/secret.js';
import { FetchError } from './pass-errors.js';

const MAX_SECRET_BYTES = 64 * 1024;

/**
 * Reads a secret from a file, anew each time, so that a rotated secret is used at once (operations spec 1.6). Links are
 * followed, white space around the secret is dropped.
 * @param setting - name of the setting that names the file, for messages
 * @throws FetchError when the path is relative or the file cannot be read
 */
export async function readSecretFile(path: string, setting: string): Promise<Secret> {
  if (!isAbsolute(path)) throw new FetchError(`${setting} must be an absolute path`);
  try {
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_SECRET_BYTES), 0, MAX_SECRET_BYTES, 0);
      return new Secret(buffer.toString('utf8', 0, bytesRead).trim());
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new FetchError(`${setting} is not accessible: ${path} (${code})`);
  }
}
