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

// It takes 60 MB and most of a second, so only processes that talk to a cluster load it.
function loadLibrary(): Promise<ClientLibrary> {
  return import('@kubernetes/client-node');
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

function readConfig(library: ClientLibrary, environment: NodeJS.ProcessEnv): KubeConfig {
  const paths = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (paths.length > 0) return readFiles(library, paths);
  if (environment['KUBERNETES_SERVICE_HOST'] && environment['KUBERNETES_SERVICE_PORT']) {
    const config = new library.KubeConfig();
    config.loadFromCluster();
    return config;
  }
  const ownPath = join(environment['HOME'] ?? homedir(), '.kube', 'config');
  if (existsSync(ownPath)) return readFiles(library, [ownPath]);
  throw new Error('no KUBECONFIG, not in a cluster, and no ~/.kube/config');
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
  const library = await loadLibrary();
  try {
    const config = readConfig(library, environment);
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
