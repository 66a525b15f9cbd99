import type { HttpClient } from '../../http/http-client.js';
import { FetchError } from '../../pass-errors.js';
import type { GitProgram } from './git-program.js';
import type { GitReference, RemoteRefs } from './git-reference.js';
import type { GitUrl, HttpRepository } from './git-url.js';
import { listHttpRefs } from './http-refs.js';
import { LibraryCheckout } from './library-checkout.js';
import { ProgramCheckout, type GitFile } from './program-checkout.js';
import { toProgramRemote } from './program-remote.js';

/** A remote repository, whichever way it is reached. */
export interface GitRemote {
  /** Lists the references with these prefixes; all when none are given. More may be returned. @throws FetchError */
  listRefs(prefixes: readonly string[], signal: AbortSignal): Promise<RemoteRefs>;
  /** Reads one file at a reference or a commit. @throws FetchError */
  readFile(reference: GitReference, path: string, signal: AbortSignal): Promise<GitFile>;
}

/** Reached with the program, or with the library where that is missing; references are listed by requests of our own. */
class HttpRemote implements GitRemote {
  constructor(
    private repository: HttpRepository,
    private readonly program: GitProgram,
    private readonly http: HttpClient,
  ) {}

  async listRefs(prefixes: readonly string[], signal: AbortSignal): Promise<RemoteRefs> {
    const { refs, repository } = await listHttpRefs(this.http, this.repository, prefixes, signal);
    // Where redirects led to: the program follows none, for they could lead past the address guard.
    this.repository = repository;
    return refs;
  }

  async readFile(reference: GitReference, path: string, signal: AbortSignal): Promise<GitFile> {
    const { isGuarded } = this.http;
    if (!(await this.program.isUsable({ isGuarded }))) {
      return new LibraryCheckout(this.http).readFile(this.repository, reference, path, signal);
    }
    const remote = await toProgramRemote(this.repository, isGuarded);
    return new ProgramCheckout(this.program).readFile(remote, reference, path, signal);
  }
}

/** Reached with the program only: ssh, the git protocol, the file system. */
class ProgramOnlyRemote implements GitRemote {
  constructor(
    private readonly repository: GitUrl,
    private readonly program: GitProgram,
    private readonly isGuarded: boolean,
  ) {}

  async listRefs(prefixes: readonly string[], signal: AbortSignal): Promise<RemoteRefs> {
    const patterns = prefixes.map((prefix) => (prefix.endsWith('/') ? `${prefix}*` : prefix));
    const remote = await this.#remote();
    return new ProgramCheckout(this.program).listRefs(remote, patterns, signal);
  }

  async readFile(reference: GitReference, path: string, signal: AbortSignal): Promise<GitFile> {
    return new ProgramCheckout(this.program).readFile(await this.#remote(), reference, path, signal);
  }

  async #remote() {
    if (!(await this.program.isUsable({ isGuarded: false }))) {
      throw new FetchError('the git program is not installed: only http and https repositories can be read');
    }
    return toProgramRemote(this.repository, this.isGuarded);
  }
}

/** Gives access to a repository for one fetch. */
export function openRemote(repository: GitUrl, program: GitProgram, http: HttpClient): GitRemote {
  if (repository.transport === 'http') return new HttpRemote(repository, program, http);
  return new ProgramOnlyRemote(repository, program, http.isGuarded);
}
