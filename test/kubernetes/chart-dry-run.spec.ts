import { beforeAll, describe, expect, inject, it } from 'vitest';
import { runKubectl, template } from '../harness/chart.js';
import { VALUES } from '../chart/values.js';
import { Cluster } from './harness/cluster.js';

const isPossible = Boolean(process.env['TEST_KUBECONFIG']) && inject('kubernetesTools') !== null;

describe.skipIf(!isPossible)('what the chart renders', () => {
  let namespace = '';

  beforeAll(async () => {
    const cluster = await Cluster.open();
    namespace = await cluster.createNamespace('registry');
    // No controller makes it.
    await cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
    for (const name of ['team-a', 'team-b']) {
      await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    await cluster.close();
    const runtime = {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'gvisor' },
      handler: 'runsc',
    };
    runKubectl(['apply', '--filename', '-'], JSON.stringify(runtime));
    runKubectl(['apply', '--filename', 'test/kubernetes/crds-of-others']);
    runKubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s']);
  });

  it.each(Object.entries<object>(VALUES))('is taken by the API server, down to the last field: %s', (_, values) => {
    const { stdout } = template(values, { namespace });

    const answer = runKubectl(['apply', '--dry-run=server', '--validate=strict', '--filename', '-'], stdout);

    const objects = stdout.match(/^kind: /gm)!.length;
    expect(answer.match(/ (created|configured|unchanged) \(server dry run\)$/gm)).toHaveLength(objects);
    expect(answer).not.toContain('Warning');
  });

  it('meets the restricted Pod Security Standard in all its pods', async () => {
    const cluster = await Cluster.open();
    const strict = await cluster.createNamespace('strict');
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: strict } };
    await cluster.apply(account);
    await cluster.close();
    const label = (mode: string) => `pod-security.kubernetes.io/${mode}=restricted`;
    runKubectl(['label', 'namespace', strict, label('enforce'), label('warn')]);
    const warningsOf = (values: object) => {
      const { stdout } = template(values, { namespace: strict });
      return runKubectl(['apply', '--dry-run=server', '--filename', '-'], stdout).match(/^Warning: .*/gm);
    };

    expect(warningsOf({ tests: { enabled: true }, migration: { mode: 'init' } })).toBeNull();
    expect(warningsOf({ migration: { mode: 'job' } })).toBeNull();
    expect(warningsOf({ securityContext: { runAsNonRoot: false } })).toHaveLength(1);
  });

  it('would be refused with a field that does not exist', () => {
    const { stdout } = template({ podSecurityContext: { runAsNobody: true } }, { namespace });

    const apply = () => runKubectl(['apply', '--dry-run=server', '--validate=strict', '--filename', '-'], stdout);

    expect(apply).toThrow('unknown field "spec.template.spec.securityContext.runAsNobody"');
  });
});
