import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { errorText } from '../../common/error-text.js';
import { KubeUnreachableError } from './kube-error.js';

/** Where the API server is and how this program shows who it is. */
export interface KubeConnection {
  readonly server: string;
  /** Namespace of the current context, if it names one. */
  readonly namespace: string | undefined;
  readonly dispatcher: Dispatcher | undefined;
  /** Headers of a request that starts now; tokens are renewed when they are about to expire. */
  headers(): Promise<Record<string, string>>;
}

type ClientLibrary = typeof import('@kubernetes/client-node');

/** Where the configuration of the connection is. */
type ConfigPlace = { readonly kind: 'files'; readonly paths: readonly string[] } | { readonly kind: 'cluster' };

function findConfig(environment: NodeJS.ProcessEnv): ConfigPlace | undefined {
  const paths = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (paths.length > 0) return { kind: 'files', paths };
  if (environment['KUBERNETES_SERVICE_HOST'] && environment['KUBERNETES_SERVICE_PORT']) return { kind: 'cluster' };
  const ownPath = join(environment['HOME'] ?? homedir(), '.kube', 'config');
  return existsSync(ownPath) ? { kind: 'files', paths: [ownPath] } : undefined;
}

function readFiles({ KubeConfig }: ClientLibrary, paths: readonly string[]): KubeConfig {
  const config = new KubeConfig();
  for (const [index, path] of paths.entries()) {
    const part = index === 0 ? config : new KubeConfig();
    part.loadFromFile(path);
    if (part !== config) config.mergeConfig(part, true);
  }
  return config;
}

function readConfig(library: ClientLibrary, place: ConfigPlace): KubeConfig {
  if (place.kind === 'files') return readFiles(library, place.paths);
  const config = new library.KubeConfig();
  config.loadFromCluster();
  return config;
}

async function dispatcherOf(library: ClientLibrary, config: KubeConfig): Promise<Dispatcher | undefined> {
  const context = new library.RequestContext(config.getCurrentCluster()?.server ?? '', library.HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  return context.getDispatcher();
}

async function headersOf(config: KubeConfig): Promise<Record<string, string>> {
  const options: { headers?: Record<string, string>; auth?: string } = {};
  await config.applyToHTTPSOptions(options);
  const basic = options.auth && `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return { ...(basic ? { authorization: basic } : {}), ...options.headers };
}

/**
 * Finds the cluster: `KUBECONFIG` (its current context), else the cluster that this program runs in, else
 * `~/.kube/config` (kubernetes spec 6). Files are read anew at every call.
 * @throws KubeUnreachableError when there is none, or it cannot be used
 */
export async function connectToCluster(environment: NodeJS.ProcessEnv): Promise<KubeConnection> {
  const place = findConfig(environment);
  if (!place) {
    throw new KubeUnreachableError('unable to get kubeconfig: no KUBECONFIG, not in a cluster, and no ~/.kube/config');
  }
  // It takes 60 MB and most of a second, so only processes that talk to a cluster load it.
  const library = await import('@kubernetes/client-node');
  try {
    const config = readConfig(library, place);
    const server = config.getCurrentCluster()?.server;
    if (!server) throw new Error('the current context names no cluster');
    return {
      server: server.replace(/\/$/, ''),
      namespace: config.getContextObject(config.getCurrentContext())?.namespace,
      dispatcher: await dispatcherOf(library, config),
      headers: () => headersOf(config),
    };
  } catch (error) {
    throw new KubeUnreachableError(`unable to get kubeconfig: ${errorText(error)}`, { cause: error });
  }
}
