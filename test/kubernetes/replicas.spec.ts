import { afterEach, expect, it } from 'vitest';
import { eventually, type RunningServer } from '../../e2e/harness/server.js';
import { newResource } from '../factories/kubernetes-objects.js';
import { describeWithCluster, shows, useBed } from './harness/bed.js';

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
