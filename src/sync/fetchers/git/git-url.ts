import { resolve } from 'node:path';
import { takeUrlCredentials } from '../../http/http-client.js';
import { FetchError } from '../../pass-errors.js';

/** A repository over http(s); credentials of the URL stand apart from it. */
export interface HttpRepository {
  readonly transport: 'http';
  readonly url: string;
  /** Value of an `Authorization` header. */
  readonly authorization?: string;
}

/** A repository over ssh or the git protocol. */
export interface RemoteRepository {
  readonly transport: 'ssh' | 'git';
  readonly url: string;
  readonly host: string;
}

/** A repository of this host's file system. */
export interface LocalRepository {
  readonly transport: 'file';
  readonly url: string;
}

/** A repository by its address, as git would read it (sync spec 2.2). */
export type GitUrl = HttpRepository | RemoteRepository | LocalRepository;

const SCP_LIKE = /^(?:[^@/:]+@)?(\[[^\]/]+\]|[^@/:[\]]+):(?!\/\/)/;

function parseHttp(repository: string): HttpRepository {
  if (!URL.canParse(repository)) throw new FetchError(`git.repository is not a URL: ${repository}`);
  const url = new URL(repository);
  const authorization = takeUrlCredentials(url);
  return { transport: 'http', url: url.href, ...(authorization === undefined ? {} : { authorization }) };
}

function parseRemote(transport: 'ssh' | 'git', repository: string): RemoteRepository {
  if (!URL.canParse(repository)) throw new FetchError(`git.repository is not a URL: ${repository}`);
  return { transport, url: repository, host: new URL(repository).hostname };
}

/**
 * Reads the address of a repository: an http, https, ssh, git or file URL, `user@host:path`, or a path.
 * @throws FetchError for anything else, such as a transport helper (`ext::`), which could run a command
 */
export function parseGitUrl(repository: string): GitUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):(\/\/|:)/i.exec(repository);
  switch (scheme && `${scheme[1]?.toLowerCase()}:${scheme[2]}`) {
    case 'http://':
    case 'https://':
      return parseHttp(repository);
    case 'ssh://':
    case 'git+ssh://':
    case 'ssh+git://':
      return parseRemote('ssh', repository);
    case 'git://':
      return parseRemote('git', repository);
    case 'file://':
      return { transport: 'file', url: repository };
    case null:
      break;
    default:
      throw new FetchError(`git.repository has a scheme that is not supported: ${repository}`);
  }
  const host = SCP_LIKE.exec(repository)?.[1];
  if (host !== undefined) return { transport: 'ssh', url: repository, host };
  return { transport: 'file', url: resolve(repository) };
}
