import { afterAll, beforeAll, expect, it } from 'vitest';
import { newResource } from '../factories/kubernetes-objects.js';
import { CHART, runHelm, runKubectl } from '../harness/chart.js';
import { describeWithCluster, shows, useBed } from './harness/bed.js';

const RELEASE = 'rights';
const ACCOUNT = 'rights-toolhive-registry-server';
const kubeconfig = ['--kubeconfig', process.env['TEST_KUBECONFIG'] ?? ''];

describeWithCluster('the service account of the chart', () => {
  const bed = useBed();
  let watched = '';
  let foreign = '';

  function helm(command: string, values: object): void {
    const args = [command, RELEASE, ...(command === 'uninstall' ? [] : [CHART, '-f', '-'])];
    const { status, stderr } = runHelm([...args, '--namespace', bed().home, ...kubeconfig], JSON.stringify(values));
    if (status !== 0) throw new Error(stderr);
  }

  function may(verb: string, resource: string, namespace: string): boolean {
    const who = ['--as', `system:serviceaccount:${bed().home}:${ACCOUNT}`];
    const args = ['auth', 'can-i', verb, resource, ...who, '--namespace', namespace];
    try {
      return runKubectl(args).startsWith('yes');
    } catch (error) {
      if (String(error).includes(': no')) return false;
      throw error;
    }
  }

  /** Starts the built server as the pod would be: with the account's token. */
  async function startAsPod(source: string, namespaces: string[]) {
    const token = runKubectl(['create', 'token', ACCOUNT, '--namespace', bed().home]).trim();
    const path = await bed().cluster.writeKubeconfig({ token });
    return bed().start({ sources: { [source]: { namespaces } }, kubeconfig: path });
  }

  beforeAll(async () => {
    watched = await bed().cluster.createNamespace();
    foreign = await bed().cluster.createNamespace();
    await bed().cluster.apply(newResource({ namespace: watched, name: 'one' }));
    await bed().cluster.apply(newResource({ namespace: foreign, name: 'two' }));
    helm('install', { rbac: { scope: 'namespace', allowedNamespaces: [watched] } });
  });
  afterAll(() => helm('uninstall', {}));

  it.each([
    ['get', 'mcpservers.toolhive.stacklok.dev', 'watched', true],
    ['list', 'mcpremoteproxies.toolhive.stacklok.dev', 'watched', true],
    ['watch', 'virtualmcpservers.toolhive.stacklok.dev', 'watched', true],
    ['list', 'mcpservers.toolhive.stacklok.dev', 'foreign', false],
    ['list', 'mcpservers.toolhive.stacklok.dev', 'home', false],
    ['update', 'mcpservers.toolhive.stacklok.dev', 'watched', false],
    ['list', 'mcpgroups.toolhive.stacklok.dev', 'watched', false],
    ['get', 'leases.coordination.k8s.io', 'home', true],
    ['create', 'leases.coordination.k8s.io', 'home', true],
    ['update', 'leases.coordination.k8s.io', 'home', true],
    ['delete', 'leases.coordination.k8s.io', 'home', false],
    ['update', 'leases.coordination.k8s.io', 'watched', false],
    ['create', 'events', 'home', true],
    ['create', 'events', 'watched', false],
    ['get', 'services', 'watched', false],
    ['get', 'services', 'home', false],
    ['get', 'configmaps', 'home', false],
    ['update', 'configmaps', 'home', false],
    ['get', 'secrets', 'home', false],
    ['list', 'pods', 'home', false],
  ])('may %s %s in the %s namespace: %s', (verb, resource, where, expected) => {
    const namespace = { watched, foreign, home: bed().home }[where]!;

    expect(may(verb, resource, namespace)).toBe(expected);
  });

  it('is enough for discovery in the allowed namespaces', async () => {
    const server = await startAsPod('limited', [watched]);

    await shows(server, ['one'], 'limited');
    expect(server.log()).toContain('became leader');
    expect(server.log()).not.toMatch(/forbidden/i);
  });

  it('is enough for discovery in the whole cluster', async () => {
    helm('upgrade', { rbac: { scope: 'cluster' } });

    expect(may('list', 'mcpservers.toolhive.stacklok.dev', foreign)).toBe(true);
    const server = await startAsPod('wide', [watched, foreign]);
    await shows(server, ['one', 'two'], 'wide');
    expect(server.log()).not.toMatch(/forbidden/i);
  });
});
