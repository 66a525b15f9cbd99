import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually, type RunningServer } from '../../e2e/harness/server.js';
import { startDatabaseRelay as startRelay, type DatabaseRelay as Relay } from '../harness/database-relay.js';
import { newResource } from '../factories/kubernetes-objects.js';
import { describeWithCluster, shows, statusOf, useBed } from './harness/bed.js';
import { chartGrants, pathOf } from './harness/cluster.js';

describeWithCluster('when the API server is away', () => {
  const bed = useBed();
  let relay: Relay;
  let server: RunningServer;
  let namespace: string;

  const degraded = async () => (await server.internal('/readiness')).json.degraded ?? [];

  beforeEach(async () => {
    const { hostname, port } = new URL(bed().cluster.access.server);
    relay = await startRelay({ host: hostname, port: Number(port) });
    namespace = await bed().cluster.createNamespace();
    await bed().cluster.apply(newResource({ namespace, name: 'one' }));
    const kubeconfig = await bed().cluster.writeKubeconfig({ server: `https://127.0.0.1:${relay.port}` });
    server = await bed().start({ sources: { k8s: { namespaces: [namespace] } }, kubeconfig });
    await shows(server, ['one']);
  });
  afterEach(async () => {
    await server.stop();
    await relay.stop();
  });

  it.each([
    ['refuses connections', () => relay.cut(), () => relay.resume()],
    ['hangs', async () => relay.hang(), async () => relay.release()],
  ])(
    'and %s: entries stay, the failure is shown, and all is well afterwards',
    { timeout: 120_000 },
    async (_, fail, heal) => {
      await fail();
      await eventually(async () => (await statusOf(server)).phase === 'failed', 'the failure', 60_000);

      expect((await statusOf(server)).message).toMatch(/API server/);
      expect(await degraded()).toEqual(['kubernetes source k8s']);
      expect((await server.internal('/readiness')).status).toBe(200);
      await shows(server, ['one']);

      await bed().cluster.remove(newResource({ namespace, name: 'one' }));
      await bed().cluster.apply(newResource({ namespace, name: 'two' }));
      await heal();
      await shows(server, ['two'], 'k8s', 30_000);
      await eventually(async () => (await statusOf(server)).phase === 'complete', 'recovery');
      expect(await degraded()).toEqual([]);
    },
  );

  it('for a moment: nobody notices', async () => {
    await relay.cut();
    await bed().cluster.apply(newResource({ namespace, name: 'two' }));
    await relay.resume();

    await shows(server, ['one', 'two']);
    expect((await statusOf(server)).phase).toBe('complete');
    expect(server.log()).not.toContain('leader election lost');
  });
});

describeWithCluster('when the database is away', () => {
  const bed = useBed();

  it('what happens in the cluster is stored afterwards', async () => {
    const { host, port } = bed().database.block as { host: string; port: number };
    const relay = await startRelay({ host, port });
    try {
      const namespace = await bed().cluster.createNamespace();
      const sources = { k8s: { namespaces: [namespace] } };
      const server = await bed().start({ sources, database: { host: '127.0.0.1', port: relay.port } });
      await bed().cluster.apply(newResource({ namespace, name: 'one' }));
      await shows(server, ['one']);

      await relay.cut();
      await bed().cluster.apply(newResource({ namespace, name: 'two' }));
      await eventually(async () => server.log().includes('Failed to store MCPServer list'), 'the failure');
      await shows(server, ['one']);

      await relay.resume();
      await shows(server, ['one', 'two']);
      await bed().stopServers();
    } finally {
      await relay.stop();
    }
  });
});

describeWithCluster('when the API server refuses', () => {
  const bed = useBed();
  afterEach(() => bed().stopServers());

  it(
    'says what is forbidden, keeps what was there, and goes on when it is allowed again',
    { timeout: 120_000 },
    async () => {
      const { cluster, home } = bed();
      const [good, bad] = [await cluster.createNamespace(), await cluster.createNamespace()];
      const [watch, lead] = chartGrants(bad, home);
      const [watchGood] = chartGrants(good, home);
      const token = await cluster.createAccount(home, 'reader', [watch, lead, { ...watchGood, name: 'watch-good' }]);
      await cluster.apply(newResource({ namespace: good, name: 'good' }));
      await cluster.apply(newResource({ namespace: bad, name: 'bad' }));
      const options = {
        sources: { k8s: { namespaces: [good, bad] } },
        kubeconfig: await cluster.writeKubeconfig({ token }),
      };
      let server = await bed().start(options);
      await shows(server, ['bad', 'good']);
      await server.stop();

      await cluster.revoke('reader', watch);
      server = await bed().start(options);
      await eventually(async () => (await statusOf(server)).phase === 'failed', 'the failure', 30_000);
      expect((await statusOf(server)).message).toMatch(
        new RegExp(
          `^Fetch failed: mcpservers, .*, mcpremoteproxies in namespace ${bad}: forbidden: User .*:reader" cannot list them`,
        ),
      );
      await cluster.apply(newResource({ namespace: good, name: 'better' }));
      await shows(server, ['bad', 'better', 'good']);

      await cluster.remove(newResource({ namespace: bad, name: 'bad' }));
      await cluster.grant(home, 'reader', watch);
      await shows(server, ['better', 'good'], 'k8s', 20_000);
      await eventually(async () => (await statusOf(server)).phase === 'complete', 'recovery');
      await server.stop();
    },
  );

  it('says that it may not lead', async () => {
    const { cluster, home } = bed();
    const namespace = await cluster.createNamespace();
    const [watch] = chartGrants(namespace, home);
    const token = await cluster.createAccount(home, 'leaseless', [watch]);
    const kubeconfig = await cluster.writeKubeconfig({ token });
    const server = await bed().start({ sources: { k8s: { namespaces: [namespace] } }, kubeconfig });

    await eventually(async () => (await statusOf(server)).phase === 'failed', 'the failure', 40_000);
    expect((await statusOf(server)).message).toMatch(/^Leader election failed: leases.* is forbidden/);
  });

  it('runs on without a kubeconfig and says so', async () => {
    const server = await bed().start({
      sources: { k8s: {} },
      kubeconfig: '/nonexistent/config',
      env: { HOME: '/nonexistent' },
    });

    await eventually(async () => (await statusOf(server)).phase === 'failed', 'the failure', 40_000);
    expect((await statusOf(server)).message).toMatch(/^Leader election failed: unable to get kubeconfig/);
  });
});

describeWithCluster('when the definitions are not installed yet', () => {
  const bed = useBed();

  it('waits for them, kind by kind, and says so', { timeout: 120_000 }, async () => {
    const { cluster } = bed();
    const definitions = await cluster.definitions();
    const clean = (definition: any) => ({
      apiVersion: definition.apiVersion,
      kind: definition.kind,
      metadata: { name: definition.metadata.name, annotations: definition.metadata.annotations },
      spec: definition.spec,
    });
    const install = async (plural: string) => {
      const definition = definitions.find((item: any) => item.spec.names.plural === plural);
      await cluster.apply(clean(definition));
    };
    for (const definition of definitions) {
      await cluster.remove(clean(definition));
      await eventually(
        async () => (await cluster.request('GET', pathOf(clean(definition)))).status === 404,
        'the end of a definition',
      );
    }
    const namespace = await cluster.createNamespace();
    try {
      const server = await bed().start({ sources: { k8s: { namespaces: [namespace] } } });
      await eventually(async () => (await statusOf(server)).phase === 'failed', 'the failure', 30_000);
      expect((await statusOf(server)).message).toContain('the custom resource definition is not installed');

      await install('mcpservers');
      const created = () => cluster.apply(newResource({ namespace, name: 'one' }));
      await eventually(async () => Boolean(await created()), 'the definition');
      await shows(server, ['one'], 'k8s', 20_000);
      expect(await statusOf(server)).toMatchObject({
        phase: 'failed',
        serverCount: 1,
        message: expect.stringMatching(/^Fetch failed: virtualmcpservers.*, mcpremoteproxies/),
      });

      for (const plural of ['virtualmcpservers', 'mcpremoteproxies']) await install(plural);
      await eventually(async () => (await statusOf(server)).phase === 'complete', 'recovery', 30_000);
      await server.stop();
    } finally {
      for (const definition of definitions) await cluster.apply(clean(definition));
      await cluster.installDefinitions();
    }
  });
});
