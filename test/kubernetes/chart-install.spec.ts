import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { CHART, runHelm, runKubectl } from '../harness/chart.js';
import { waitUntil } from '../harness/wait-until.js';
import { VALUES } from '../chart/values.js';
import { Cluster } from './harness/cluster.js';

const KINDS = 'deployment,service,configmap,serviceaccount,role,rolebinding,job';
const HASH = '{.spec.template.metadata.annotations.toolhive\\.stacklok\\.dev/config-hash}';
const isPossible = Boolean(process.env['TEST_KUBECONFIG']) && inject('kubernetesTools') !== null;

const kubeconfig = ['--kubeconfig', process.env['TEST_KUBECONFIG'] ?? ''];

describe.skipIf(!isPossible)('a release of the chart', () => {
  const installed: [release: string, namespace: string][] = [];
  let namespace = '';
  let other = '';

  beforeAll(async () => {
    const cluster = await Cluster.open();
    namespace = await cluster.createNamespace('registry');
    other = await cluster.createNamespace('registry');
    await cluster.close();
  });

  /** Installs a release or changes it. @throws Error with helm's words */
  function helm(command: 'install' | 'upgrade', release: string, values: object, target = namespace): string {
    const args = [command, release, CHART, '--namespace', target, '-f', '-', ...kubeconfig];
    const { status, stdout, stderr } = runHelm(args, JSON.stringify(values));
    if (status !== 0) throw new Error(stderr);
    if (command === 'install') installed.push([release, target]);
    return stdout;
  }

  /** What of a release there is, as `kind/name`. */
  function objectsOf(release: string, target = namespace): string[] {
    const label = `app.kubernetes.io/instance=${release}`;
    const own = runKubectl(['get', KINDS, '--namespace', target, '--selector', label, '--output', 'name']);
    const shared = runKubectl(['get', 'clusterrole,clusterrolebinding', '--selector', label, '--output', 'name']);
    return `${own}${shared}`.split('\n').filter((line) => line.includes('/'));
  }

  afterEach(() => {
    for (const [release, target] of installed.splice(0)) {
      runHelm(['uninstall', release, '--namespace', target, ...kubeconfig]);
    }
  });

  it('lives beside another one, in its namespace and elsewhere, and leaves nothing behind', () => {
    const database = { config: { database: { host: 'postgres' } } };

    helm('install', 'one', database);
    helm('install', 'two', database);
    helm('install', 'three', database, other);

    expect(objectsOf('one')).toHaveLength(8);
    expect(objectsOf('two')).toHaveLength(8);
    expect(objectsOf('three', other)).toHaveLength(8);
    expect(runHelm(['uninstall', 'one', '--namespace', namespace, ...kubeconfig]).status).toBe(0);
    expect(objectsOf('one')).toEqual([]);
    expect(objectsOf('two')).toHaveLength(8);
  });

  it('shares a name with one in another namespace when one of them names its ClusterRole', () => {
    helm('install', 'same', {});

    expect(() => helm('install', 'same', {}, other)).toThrow('ClusterRole');
    runHelm(['uninstall', 'same', '--namespace', other, ...kubeconfig]);
    expect(helm('install', 'same', { rbac: { clusterRoleName: 'registry-of-others' } }, other)).toContain('deployed');
  });

  it('replaces its pods when the configuration changes, and only then', () => {
    const hash = () =>
      runKubectl(['get', 'deployment', 'up', '--namespace', namespace, '--output', `jsonpath=${HASH}`]);
    const values = { fullnameOverride: 'up', global: { postgres: { host: 'a' } } };

    helm('install', 'up', values);
    const first = hash();
    helm('upgrade', 'up', { ...values, service: { port: 80 } });
    const same = hash();
    helm('upgrade', 'up', { ...values, global: { postgres: { host: 'b' } } });

    expect(same).toBe(first);
    expect(hash()).not.toBe(first);
  });

  it('goes back to the account and the roles of before when they are turned off', () => {
    helm('install', 'less', {});

    helm('upgrade', 'less', { rbac: { create: false }, serviceAccount: { create: false } });

    expect(objectsOf('less').map((name) => name.split('/')[0])).toEqual(['deployment.apps', 'service', 'configmap']);
  });

  it('waits for the migration before anything else is made', async () => {
    const { helm: program } = inject('kubernetesTools')!;
    const args = ['install', 'job', CHART, '--namespace', namespace, '--timeout', '60s', '-f', '-', ...kubeconfig];
    const install = spawn(program, args, { stdio: ['pipe', 'ignore', 'inherit'] });
    installed.push(['job', namespace]);
    const ended = once(install, 'close');
    install.stdin.end(JSON.stringify(VALUES['migration by a job']));

    await waitUntil(() => objectsOf('job').some((name) => name.startsWith('job.batch/')), 30_000);
    const before = objectsOf('job');
    const done = new Date().toISOString();
    const condition = { status: 'True', lastTransitionTime: done, reason: 'CompletionsReached' };
    const status = {
      startTime: done,
      completionTime: done,
      succeeded: 1,
      conditions: [
        { type: 'SuccessCriteriaMet', ...condition },
        { type: 'Complete', ...condition },
      ],
    };
    const job = 'job-toolhive-registry-server-migration';
    const patch = ['--subresource', 'status', '--type', 'merge', '--patch', JSON.stringify({ status })];
    runKubectl(['patch', 'job', job, '--namespace', namespace, ...patch]);
    const [code] = (await ended) as [number];

    expect(before).toEqual(['configmap/job-toolhive-registry-server-migration-config', `job.batch/${job}`]);
    expect(code).toBe(0);
    expect(objectsOf('job')).toHaveLength(8);
    expect(objectsOf('job').some((name) => name.includes('migration'))).toBe(false);
  });
});
