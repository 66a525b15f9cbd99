import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDispatcher } from '../../src/kubernetes/cluster/dispatcher.js';
import { KubeClient } from '../../src/kubernetes/cluster/kube-client.js';
import { connectToCluster } from '../../src/kubernetes/cluster/kube-config.js';
import { newResource } from '../factories/kubernetes-objects.js';
import { waitUntil } from '../harness/wait-until.js';
import { describeWithCluster, useBed } from './harness/bed.js';
import { chartGrants } from './harness/cluster.js';

describeWithCluster('within a cluster', () => {
  const bed = useBed();
  let folder = '';
  let client: KubeClient;
  const { signal } = new AbortController();

  const list = (namespace: string) =>
    client.request(`/apis/toolhive.stacklok.dev/v1beta1/namespaces/${namespace}/mcpservers`, {
      deadlineMs: 5_000,
      signal,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-account-'));
    const { cluster, home } = bed();
    const { hostname, port } = new URL(cluster.access.server);
    await writeFile(join(folder, 'ca.crt'), cluster.access.ca);
    await writeFile(join(folder, 'namespace'), `${home}\n`);
    const environment = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    client = new KubeClient(() => connectToCluster(environment, folder));
  });
  afterAll(async () => {
    client.close();
    await rm(folder, { recursive: true });
  });

  it('the service account is used, with the token that it has at the moment', async () => {
    const { cluster, home } = bed();
    await writeFile(join(folder, 'token'), await cluster.createAccount(home, 'nobody', []));
    await expect(list(home)).rejects.toThrow(/forbidden: User ".*:nobody"/);

    await writeFile(join(folder, 'token'), 'expired');
    await expect(list(home)).rejects.toMatchObject({ status: 401 });

    await writeFile(join(folder, 'token'), await cluster.createAccount(home, 'reader', chartGrants(home, home)));
    await expect(list(home)).resolves.toMatchObject({ kind: 'MCPServerList' });
    expect(await client.contextNamespace()).toBe(home);
  });

  it('an API server with another certificate is not talked to', async () => {
    const { hostname, port } = new URL(bed().cluster.access.server);
    const environment = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const distrustful = new KubeClient(async () => {
      return { ...(await connectToCluster(environment, folder)), dispatcher: createDispatcher({}) };
    });

    const answer = distrustful.request('/version', { deadlineMs: 5_000, signal });

    await expect(answer).rejects.toThrow(/API server cannot be reached: .*certificate/);
  });

  it('watches outlive the failure of another request, and end with their signal', async () => {
    const { cluster, home } = bed();
    const path = `/apis/toolhive.stacklok.dev/v1beta1/namespaces/${home}/mcpservers`;
    const { metadata } = (await list(home)) as any;
    const stopping = new AbortController();
    const seen: unknown[] = [];
    const watching = Array.from({ length: 3 }, async () => {
      const query = { resourceVersion: metadata.resourceVersion };
      const options = {
        query,
        deadlineMs: 5_000,
        idleMs: 60_000,
        signal: stopping.signal,
        onOpen: () => seen.push('open'),
      };
      for await (const { type } of client.watch(path, options)) seen.push(type);
    });
    await waitUntil(() => seen.length === 3);

    await expect(client.request('/version', { deadlineMs: 1, signal })).rejects.toThrow('did not answer');
    await cluster.apply(newResource({ namespace: home, name: 'late' }));
    await waitUntil(() => seen.filter((type) => type === 'ADDED').length === 3);

    stopping.abort(new Error('stopped'));
    client.close();
    const ends = await Promise.allSettled(watching);
    expect(ends.map((end) => end.status === 'rejected' && String(end.reason))).toEqual(Array(3).fill('Error: stopped'));
  });
});
