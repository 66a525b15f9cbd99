import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { createDispatcher } from './dispatcher.js';
import type { KubeConnection } from './kube-connection.js';

/** Where a pod finds what its service account needs. */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The namespace of the pod that this program runs in; undefined outside of a cluster. */
export async function podNamespace(folder: string = SERVICE_ACCOUNT_FOLDER): Promise<string | undefined> {
  const text = await readFile(join(folder, 'namespace'), 'utf8').catch(() => '');
  return text.trim() || undefined;
}

/** Whether this program runs in a pod, as far as its environment tells. */
export function isInCluster(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(environment['KUBERNETES_SERVICE_HOST'] && environment['KUBERNETES_SERVICE_PORT']);
}

/**
 * Connects to the cluster that this program runs in, as its service account. Tokens are replaced in the folder before they
 * expire, so the file is read for every request.
 * @throws Error when the files of the service account cannot be read
 */
export async function connectWithinCluster(environment: NodeJS.ProcessEnv, folder: string): Promise<KubeConnection> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = environment;
  const ca = await readFile(join(folder, 'ca.crt'));
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    namespace: await podNamespace(folder),
    dispatcher: createDispatcher({ ca }),
    headers: async () => {
      const token = await readFile(join(folder, 'token'), 'utf8');
      return { authorization: `Bearer ${token.trim()}` };
    },
  };
}
