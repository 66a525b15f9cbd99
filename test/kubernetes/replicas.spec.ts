import { afterEach, expect, it } from 'vitest';
import { eventually, type RunningServer } from '../../e2e/harness/server.js';
import { newResource } from '../factories/kubernetes-objects.js';
import { startDatabaseRelay as startRelay } from '../harness/database-relay.js';
import { describeWithCluster, shows, statusOf, useBed } from './harness/bed.js';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces';

describeWithCluster('two replicas on one database', () => {
  const bed = useBed();
  const replicas: RunningServer[] = [];

  const startTwo = async (namespace: string, source: string): Promise<RunningServer[]> => {
    const options = { sources: { [source]: { namespaces: [namespace] } } };
    replicas.push(await bed().start(options), await bed().start(options));
    return replicas;
  };
  const leaseOf = async (source: string) => {
    const name = `toolhive-registry-server-leader-election-${source}`;
    return (await bed().cluster.request('GET', `${LEASES}/${bed().home}/leases/${name}`)).json.spec;
  };
  const leaders = () => replicas.filter((replica) => replica.log().includes('became leader'));
  const arrange = async (source: string) => {
    const namespace = await bed().cluster.createNamespace();
    await bed().cluster.apply(newResource({ namespace, name: 'one' }));
    await startTwo(namespace, source);
    for (const replica of replicas) await shows(replica, ['one'], source);
    return namespace;
  };
  afterEach(async () => {
    await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
  });

  it('have one leader, whose lease and event say who it is', async () => {
    await arrange('k8s');

    expect(leaders()).toHaveLength(1);
    expect(await leaseOf('k8s')).toMatchObject({
      holderIdentity: expect.stringMatching(/^.+_[0-9a-f-]{36}$/),
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
    });
    const { json } = await bed().cluster.request('GET', `/api/v1/namespaces/${bed().home}/events`);
    const event = json.items.find((item: any) => item.involvedObject.name.endsWith('-k8s'));
    expect(event).toMatchObject({
      reason: 'LeaderElection',
      message: `${(await leaseOf('k8s')).holderIdentity} became leader`,
      involvedObject: { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1' },
    });
  });

  it('hand over within seconds when the leader is stopped', async () => {
    const namespace = await arrange('stopped');
    const [leader] = leaders();

    const before = await leaseOf('stopped');

    await leader!.stop();
    await bed().cluster.apply(newResource({ namespace, name: 'two' }));

    const follower = replicas.find((replica) => replica !== leader)!;
    await shows(follower, ['one', 'two'], 'stopped', 6_000);
    expect((await leaseOf('stopped')).holderIdentity).not.toBe(before.holderIdentity);
  });

  it('hand over when the leader is cut off, and the status stays true', { timeout: 120_000 }, async () => {
    const { cluster } = bed();
    const namespace = await cluster.createNamespace();
    await cluster.apply(newResource({ namespace, name: 'one' }));
    const { hostname, port } = new URL(cluster.access.server);
    const relay = await startRelay({ host: hostname, port: Number(port) });
    const sources = { cut: { namespaces: [namespace] } };
    const kubeconfig = await cluster.writeKubeconfig({ server: `https://127.0.0.1:${relay.port}` });
    const first = await bed().start({ sources, kubeconfig });
    await shows(first, ['one'], 'cut');
    const second = await bed().start({ sources });
    replicas.push(first, second);

    relay.hang();
    await eventually(async () => second.log().includes('became leader'), 'the other to lead', 40_000);
    await cluster.apply(newResource({ namespace, name: 'two' }));
    for (const replica of replicas) await shows(replica, ['one', 'two'], 'cut');

    const degraded = async (replica: RunningServer) => (await replica.internal('/readiness')).json.degraded;
    await eventually(async () => (await degraded(first))?.[0] === 'kubernetes source cut', 'it to notice', 30_000);
    expect(await degraded(second)).toBeUndefined();
    // Whoever is cut off reports every five seconds.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await statusOf(first, 'cut')).toMatchObject({ phase: 'complete', serverCount: 2 });
    await relay.stop();
  });

  it('take over when the leader is killed, after its lease has run out', async () => {
    const namespace = await arrange('killed');
    const [leader] = leaders();
    const before = await leaseOf('killed');

    leader!.kill('SIGKILL');
    await bed().cluster.apply(newResource({ namespace, name: 'two' }));
    const follower = replicas.find((replica) => replica !== leader)!;
    await shows(follower, ['one', 'two'], 'killed', 25_000);

    const after = await leaseOf('killed');
    expect(after.holderIdentity).not.toBe(before.holderIdentity);
    expect(after.leaseTransitions).toBe(before.leaseTransitions + 1);
  });

  it(
    'never both write: a leader that was paused stores nothing once it is succeeded',
    { timeout: 120_000 },
    async () => {
      const namespace = await arrange('paused');
      const [leader] = leaders();
      const follower = replicas.find((replica) => replica !== leader)!;

      leader!.kill('SIGSTOP');
      await eventually(async () => follower.log().includes('became leader'), 'the follower to lead', 30_000);
      await bed().cluster.apply(newResource({ namespace, name: 'two' }));
      await shows(follower, ['one', 'two'], 'paused');
      const stored = () => leader!.log().split('stored successfully').length;
      const before = stored();
      leader!.kill('SIGCONT');
      await eventually(async () => leader!.log().includes('leader election lost'), 'the leader to notice', 20_000);
      await bed().cluster.apply(newResource({ namespace, name: 'three' }));
      for (const replica of replicas) await shows(replica, ['one', 'three', 'two'], 'paused');

      expect(stored()).toBe(before);
    },
  );
});
