import { join } from 'node:path';
import { MAX_FETCH_BYTES } from '../../http/read-body.js';
import { FetchError } from '../../pass-errors.js';
import { explainGitError } from './git-errors.js';
import { GitProgramError, type GitProgram, type GitRun } from './git-program.js';
import type { GitReference, RemoteRefs } from './git-reference.js';
import type { ProgramRemote } from './program-remote.js';
import { withSizeLimit, withWorkspace, type GitWorkspace } from './git-workspace.js';

/** A file as it stands in a repository. */
export interface GitFile {
  readonly bytes: Buffer<ArrayBuffer>;
  /** Object id of the reference that was fetched; absent for commits. */
  readonly objectId?: string;
}

const FETCHED_REF = 'refs/fetched';

/** Settings of every run: what is fetched is kept as packs, whose size is watched; nothing goes on in the background. */
const BASE_CONFIG = {
  'fetch.unpackLimit': '1',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'core.bigFileThreshold': '32m',
  'http.followRedirects': 'false',
  'http.lowSpeedLimit': '1',
  'http.lowSpeedTime': '60',
  'remote.origin.promisor': 'true',
};

/** Fetches with the git program: as little as the server allows, and never more than 100 MiB. */
export class ProgramCheckout {
  constructor(private readonly program: GitProgram) {}

  /**
   * Lists references of a remote that is not reached over http.
   * @throws FetchError
   */
  async listRefs(remote: ProgramRemote, patterns: readonly string[], signal: AbortSignal): Promise<RemoteRefs> {
    return withWorkspace(async (workspace) => {
      const args = ['ls-remote', '--quiet', '--', 'origin', ...patterns];
      const output = await this.#run(workspace, remote, { args, signal });
      const refs = new Map<string, string>();
      for (const line of output.toString().split('\n')) {
        const [id, name] = line.split('\t');
        if (id && name && !name.endsWith('^{}')) refs.set(name, id);
      }
      return refs;
    });
  }

  /**
   * Reads one file at a reference or a commit.
   * @throws FetchError
   */
  async readFile(remote: ProgramRemote, reference: GitReference, path: string, signal: AbortSignal): Promise<GitFile> {
    return withWorkspace(async (workspace) => {
      const limits = { folder: join(workspace.repository, 'objects'), maxBytes: MAX_FETCH_BYTES, signal };
      return withSizeLimit(limits, async (limited) => {
        await this.#run(workspace, remote, {
          args: ['init', '--quiet', '--bare', '--template=', '--', workspace.repository],
          signal: limited,
        });
        if (reference.kind === 'ref') return this.#readAtRef(workspace, remote, reference.name, path, limited);
        return this.#readAtCommit(workspace, remote, reference.id, path, limited);
      });
    });
  }

  /** One commit deep, and without the contents of files where the server can leave them out. */
  async #readAtRef(
    workspace: GitWorkspace,
    remote: ProgramRemote,
    name: string,
    path: string,
    signal: AbortSignal,
  ): Promise<GitFile> {
    const args = ['fetch', '--quiet', '--no-tags', '--depth=1', '--filter=blob:none', '--', 'origin'];
    await this.#run(workspace, remote, { args: [...args, `+${name}:${FETCHED_REF}`], signal });
    const id = await this.#run(workspace, remote, { args: ['rev-parse', '--verify', FETCHED_REF], signal });
    return {
      bytes: await this.#readBlob(workspace, remote, FETCHED_REF, path, signal),
      objectId: id.toString().trim(),
    };
  }

  /** The history of all branches and tags: a commit counts only if it is part of it. */
  async #readAtCommit(
    workspace: GitWorkspace,
    remote: ProgramRemote,
    id: string,
    path: string,
    signal: AbortSignal,
  ): Promise<GitFile> {
    const args = [
      'fetch',
      '--quiet',
      '--filter=tree:0',
      '--',
      'origin',
      '+refs/heads/*:refs/heads/*',
      '+refs/tags/*:refs/tags/*',
    ];
    await this.#run(workspace, remote, { args, signal });
    // Asked without a way to the remote, which would hand out what no branch or tag leads to any more.
    const offline = { ...remote, environment: { ...remote.environment, GIT_ALLOW_PROTOCOL: '' } };
    const exists = { args: ['cat-file', '-e', `${id}^{commit}`], signal };
    await this.#run(workspace, offline, exists).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new FetchError(`commit not found: ${id}`, { cause: error });
    });
    return { bytes: await this.#readBlob(workspace, remote, id, path, signal) };
  }

  async #readBlob(
    workspace: GitWorkspace,
    remote: ProgramRemote,
    revision: string,
    path: string,
    signal: AbortSignal,
  ): Promise<Buffer<ArrayBuffer>> {
    const input = `${revision}:${path}\n`;
    const read = this.#run(workspace, remote, { args: ['cat-file', '--batch'], input, signal });
    const output = await read.catch(async (error: unknown) => {
      // The commit of a submodule is in another repository, so it cannot be fetched either.
      const isSubmodule = await this.#isSubmodule(workspace, remote, revision, path, signal);
      throw isSubmodule ? new FetchError(`file not found: ${path}`, { cause: error }) : error;
    });
    // "<id> blob <size>" LF contents LF, or "<name> missing" LF.
    const end = output.indexOf('\n');
    const [, size] = / blob (\d+)$/.exec(output.toString('utf8', 0, end)) ?? [];
    if (size === undefined) throw new FetchError(`file not found: ${path}`);
    return Buffer.from(output.subarray(end + 1, end + 1 + Number(size)));
  }

  async #isSubmodule(
    workspace: GitWorkspace,
    remote: ProgramRemote,
    revision: string,
    path: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    signal.throwIfAborted();
    const args = ['--literal-pathspecs', 'ls-tree', '--full-tree', '-z', '--', revision, path];
    const listing = await this.#run(workspace, remote, { args, signal });
    return listing.toString().startsWith('160000 ');
  }

  async #run(
    { home, repository }: GitWorkspace,
    { url, config, environment }: ProgramRemote,
    run: Pick<GitRun, 'args' | 'input' | 'signal'>,
  ): Promise<Buffer> {
    try {
      return await this.program.run({
        ...run,
        args: [`--git-dir=${repository}`, ...run.args],
        home,
        config: { ...BASE_CONFIG, 'remote.origin.url': url, ...config },
        environment,
        maxBytes: MAX_FETCH_BYTES + 1024,
      });
    } catch (error) {
      if (error instanceof GitProgramError) throw explainGitError(error, url);
      throw error;
    }
  }
}
