import fs from 'node:fs';
import type { HttpClient } from '../../http/http-client.js';
import { MAX_FETCH_BYTES } from '../../http/read-body.js';
import { FetchError } from '../../pass-errors.js';
import { libraryHttp } from './git-http.js';
import type { GitReference } from './git-reference.js';
import type { HttpRepository } from './git-url.js';
import { withWorkspace } from './git-workspace.js';
import type { GitFile } from './program-checkout.js';
import { errorText } from '../../../common/error-text.js';

/** An error of the library by its code. */
function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

function explainLibraryError(error: unknown, { url }: HttpRepository): FetchError {
  if (error instanceof FetchError) return error;
  // The wanted reference was among those of the remote a moment ago.
  if (hasCode(error, 'NotFoundError')) {
    return new FetchError('the HEAD of the remote names no branch: it can be read with the git program only');
  }
  return new FetchError(`${errorText(error)}: ${url}`, { cause: error });
}

/**
 * Fetches over http(s) without the git program. The library knows no partial fetches and holds what it fetches in memory,
 * so the program is preferred where it is installed.
 */
export class LibraryCheckout {
  constructor(private readonly http: HttpClient) {}

  /**
   * Reads one file at a reference or a commit.
   * @param repository - at its final address: redirects are not followed from request to request
   * @throws FetchError
   */
  async readFile(
    repository: HttpRepository,
    reference: GitReference,
    path: string,
    signal: AbortSignal,
  ): Promise<GitFile> {
    // Loaded when it is needed: it takes some megabytes.
    const git = await import('isomorphic-git');
    return withWorkspace(async ({ repository: gitdir }) => {
      const isCommit = reference.kind === 'commit';
      const place = { fs, gitdir, cache: {} };
      await git.init({ ...place, bare: true });
      await git.addRemote({ ...place, remote: 'origin', url: repository.url });
      const fetching = git.fetch({
        ...place,
        http: libraryHttp(this.http, repository.authorization, signal),
        remote: 'origin',
        ...(isCommit ? { tags: true } : { remoteRef: reference.name, singleBranch: true, depth: 1, tags: false }),
      });
      const { fetchHead } = await fetching.catch((error: unknown) => {
        signal.throwIfAborted();
        throw explainLibraryError(error, repository);
      });
      signal.throwIfAborted();
      const oid = isCommit ? reference.id : fetchHead;
      if (!oid) throw new FetchError(`reference not found: ${isCommit ? reference.id : reference.name}`);
      if (isCommit) await this.#assertCommit(() => git.readCommit({ ...place, oid }), oid);
      const bytes = await this.#readBlob(() => git.readBlob({ ...place, oid, filepath: path }), path);
      return { bytes, ...(isCommit ? {} : { objectId: oid }) };
    });
  }

  async #assertCommit(read: () => Promise<unknown>, id: string): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (hasCode(error, 'NotFoundError', 'ObjectTypeError')) throw new FetchError(`commit not found: ${id}`);
      throw error;
    }
  }

  async #readBlob(read: () => Promise<{ blob: Uint8Array }>, path: string): Promise<Buffer<ArrayBuffer>> {
    try {
      const { blob } = await read();
      if (blob.byteLength > MAX_FETCH_BYTES) throw new FetchError(`file too big: ${path}`);
      return Buffer.from(blob);
    } catch (error) {
      if (hasCode(error, 'NotFoundError', 'ObjectTypeError')) throw new FetchError(`file not found: ${path}`);
      throw error;
    }
  }
}
