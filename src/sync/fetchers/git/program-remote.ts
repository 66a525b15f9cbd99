import { resolvePublicAddresses } from '../../http/address-guard.js';
import { FetchError } from '../../pass-errors.js';
import type { GitUrl, HttpRepository, RemoteRepository } from './git-url.js';

/** A remote as the git program reaches it. */
export interface ProgramRemote {
  readonly url: string;
  /** Settings and environment with which it is reached: credentials, addresses. */
  readonly config: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** Nobody's configuration, no questions, and an agent as the only way to authenticate (sync spec 2.2). */
const SSH_COMMAND = 'ssh -F none -o BatchMode=yes -o PasswordAuthentication=no -o IdentityFile=none';

async function httpRemote({ url, authorization }: HttpRepository, isGuarded: boolean): Promise<ProgramRemote> {
  const config: Record<string, string> = {};
  if (authorization !== undefined) config['http.extraHeader'] = `Authorization: ${authorization}`;
  if (isGuarded) {
    const { hostname, port, protocol } = new URL(url);
    const addresses = await resolvePublicAddresses(hostname);
    const list = addresses.map(({ address, family }) => (family === 6 ? `[${address}]` : address)).join(',');
    config['http.curloptResolve'] = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}:${list}`;
    // A proxy would resolve the name once more.
    config['http.proxy'] = '';
  }
  return { url, config, environment: {} };
}

async function firstAddress(host: string): Promise<string> {
  const [first] = await resolvePublicAddresses(host);
  if (!first) throw new FetchError(`cannot resolve the host ${host}`);
  return first.family === 6 ? `[${first.address}]` : first.address;
}

async function sshRemote({ url, host }: RemoteRepository, isGuarded: boolean): Promise<ProgramRemote> {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  // The name becomes part of a command line.
  if (!/^[a-z0-9_][a-z0-9_.:-]*$/i.test(name)) throw new FetchError(`git.repository has an unusable host: ${url}`);
  const address = isGuarded ? (await firstAddress(host)).replace(/^\[(.*)\]$/, '$1') : undefined;
  const pinned = address === undefined ? '' : ` -o HostName=${address} -o HostKeyAlias=${name}`;
  return { url, config: {}, environment: { GIT_SSH_COMMAND: SSH_COMMAND + pinned, GIT_SSH_VARIANT: 'ssh' } };
}

async function daemonRemote({ url, host }: RemoteRepository, isGuarded: boolean): Promise<ProgramRemote> {
  if (!isGuarded) return { url, config: {}, environment: {} };
  const pinned = new URL(url);
  pinned.hostname = await firstAddress(host);
  return { url: pinned.href, config: {}, environment: { GIT_OVERRIDE_VIRTUAL_HOST: host } };
}

/**
 * Works out how the git program is to reach a repository. A guarded program is told the addresses that were checked, so
 * that it dials these and no others.
 * @throws FetchError when the host has a local address and the source is guarded
 */
export async function toProgramRemote(repository: GitUrl, isGuarded: boolean): Promise<ProgramRemote> {
  switch (repository.transport) {
    case 'http':
      return httpRemote(repository, isGuarded);
    case 'ssh':
      return sshRemote(repository, isGuarded);
    case 'git':
      return daemonRemote(repository, isGuarded);
    case 'file':
      return { url: repository.url, config: {}, environment: {} };
  }
}
