import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { eventually, type RunningServer } from '../../e2e/harness/server.js';
import { newResource } from '../factories/kubernetes-objects.js';
import { describeWithCluster, shows, useBed } from './harness/bed.js';
import { chartGrants } from './harness/cluster.js';

const README = new URL('../../docs/observability/README.md', import.meta.url);

describeWithCluster('metrics of kubernetes sources', () => {
  const bed = useBed();
  let server: RunningServer;

  const scrape = async () => (await server.internal('/metrics')).text;
  const value = async (series: RegExp): Promise<number | undefined> => {
    const line = (await scrape()).split('\n').find((candidate) => series.test(candidate));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  };

  beforeAll(async () => {
    const { cluster, home } = bed();
    const [namespace, forbidden] = [await cluster.createNamespace(), await cluster.createNamespace()];
    const token = await cluster.createAccount(home, 'watcher', chartGrants(namespace, home));
    await cluster.apply(newResource({ namespace, name: 'one' }));
    await cluster.apply(newResource({ namespace, name: 'bad', annotations: { 'registry-url': null } }));
    server = await bed().start({
      sources: { k8s: { namespaces: [namespace] }, denied: { namespaces: [forbidden] } },
      kubeconfig: await cluster.writeKubeconfig({ token }),
      telemetry: { enabled: true, endpoint: '127.0.0.1:1', insecure: true, metrics: { enabled: true } },
    });
    await shows(server, ['one']);
    await cluster.apply(newResource({ namespace, name: 'two' }));
    await shows(server, ['one', 'two']);
  });

  it('tell who leads, what was published and rejected, and when all was well', async () => {
    expect(await value(/kubernetes_leader\{source="k8s"/)).toBe(1);
    expect(await value(/kubernetes_objects\{source="k8s",outcome="published"/)).toBe(2);
    expect(await value(/kubernetes_objects\{source="k8s",outcome="rejected"/)).toBe(1);
    expect(await value(/kubernetes_events_total\{source="k8s",kind="MCPServer",type="added"/)).toBe(1);
    const age = Date.now() / 1000 - ((await value(/kubernetes_last_success_seconds\{source="k8s"/)) ?? 0);
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(30);
  });

  it('tell what fails', async () => {
    await eventually(async () => (await value(/kubernetes_healthy\{source="denied"/)) === 0, 'the failure');

    expect(await value(/kubernetes_healthy\{source="k8s"/)).toBe(1);
    expect(await value(/kubernetes_errors_total\{source="denied",step="watch"/)).toBeGreaterThan(0);
    expect(await value(/kubernetes_last_success_seconds\{source="denied"/)).toBeUndefined();
  });

  it('are explained in full', async () => {
    const described = (await readFile(README, 'utf8')).matchAll(/^\| `(stacklok_registry_kubernetes_[a-z_]+)`/gm);
    const types = (await scrape()).matchAll(/^# TYPE (stacklok_registry_kubernetes_[a-z_]+) /gm);

    expect([...described].map(([, name]) => name).toSorted()).toEqual([...types].map(([, name]) => name).toSorted());
  });
});
