import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node';
import { errorText } from '../../common/error-text.js';
import { createDispatcher } from './dispatcher.js';
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

/** What the library says about a request that starts now: how to authenticate, and whom to trust. */
interface RequestOptions extends ConnectionOptions {
  headers?: Record<string, string>;
  auth?: string;
}

async function requestOptions(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

async function headersOf(config: KubeConfig): Promise<Record<string, string>> {
  const { headers, auth } = await requestOptions(config);
  const basic = auth && `Basic ${Buffer.from(auth).toString('base64')}`;
  return { ...(basic ? { authorization: basic } : {}), ...headers };
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
    dispatcher: createDispatcher(await requestOptions(config), config.getCurrentCluster()?.proxyUrl),
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
