import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { errorText } from '../../common/error-text.js';
import { connectWithinCluster, isInCluster, SERVICE_ACCOUNT_FOLDER } from './in-cluster.js';
import type { KubeConnection } from './kube-connection.js';
import { KubeUnreachableError } from './kube-error.js';

type ClientLibrary = typeof import('@kubernetes/client-node');

function readFiles({ KubeConfig }: ClientLibrary, paths: readonly string[]): KubeConfig {
  const config = new KubeConfig();
  for (const [index, path] of paths.entries()) {
    const part = index === 0 ? config : new KubeConfig();
    part.loadFromFile(path);
    if (part !== config) config.mergeConfig(part, true);
  }
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

async function connectByFiles(paths: readonly string[]): Promise<KubeConnection> {
  // It takes 50 MB and most of a second, so it is loaded only where there is a kubeconfig to be read.
  const library = await import('@kubernetes/client-node');
  const config = readFiles(library, paths);
  const server = config.getCurrentCluster()?.server;
  if (!server) throw new Error('the current context names no cluster');
  return {
    server: server.replace(/\/$/, ''),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    dispatcher: await dispatcherOf(library, config),
    headers: () => headersOf(config),
  };
}

async function connect(environment: NodeJS.ProcessEnv, serviceAccountFolder: string): Promise<KubeConnection> {
  const paths = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (paths.length > 0) return connectByFiles(paths);
  if (isInCluster(environment)) return connectWithinCluster(environment, serviceAccountFolder);
  const ownPath = join(environment['HOME'] ?? homedir(), '.kube', 'config');
  if (existsSync(ownPath)) return connectByFiles([ownPath]);
  throw new Error('no KUBECONFIG, not in a cluster, and no ~/.kube/config');
}

/**
 * Finds the cluster: `KUBECONFIG` (its current context), else the cluster that this program runs in, else
 * `~/.kube/config` (kubernetes spec 6). Files are read anew at every call.
 * @throws KubeUnreachableError when there is none, or it cannot be used
 */
export async function connectToCluster(
  environment: NodeJS.ProcessEnv,
  serviceAccountFolder: string = SERVICE_ACCOUNT_FOLDER,
): Promise<KubeConnection> {
  try {
    return await connect(environment, serviceAccountFolder);
  } catch (error) {
    throw new KubeUnreachableError(`unable to get kubeconfig: ${errorText(error)}`, { cause: error });
  }
}
