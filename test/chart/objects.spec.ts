import { describe, expect, inject, it } from 'vitest';
import { namesOf, only, podSpec, render, runHelm, serverContainer, CHART } from '../harness/chart.js';
import { VALUES } from './values.js';

const SELECTOR = {
  'app.kubernetes.io/name': 'toolhive-registry-server',
  'app.kubernetes.io/instance': 'toolhive-registry-server',
  'app.kubernetes.io/component': 'registry-api',
};

function notesOf(values: object): string {
  const args = ['install', 'r', CHART, '--dry-run=client', '--namespace', 'registry', '-f', '-'];
  const { stdout } = runHelm(args, JSON.stringify(values));
  return stdout.slice(stdout.indexOf('NOTES:'));
}

describe.skipIf(inject('kubernetesTools') === null)('objects that are made when they are turned on', () => {
  it('are a HorizontalPodAutoscaler, which then decides about the number of pods', () => {
    const objects = render(VALUES['highly available']);

    expect(only(objects, 'Deployment')['spec']).not.toHaveProperty('replicas');
    expect(only(objects, 'HorizontalPodAutoscaler')['spec']).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'toolhive-registry-server' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
    });
  });

  it.each([
    [{}, { minAvailable: 1 }],
    [{ minAvailable: 0 }, { minAvailable: 0 }],
    [{ minAvailable: '50%' }, { minAvailable: '50%' }],
    [{ maxUnavailable: 0 }, { maxUnavailable: 0 }],
  ])('are a PodDisruptionBudget of %j', (settings, expected) => {
    const budget = only(render({ podDisruptionBudget: { enabled: true, ...settings } }), 'PodDisruptionBudget');

    expect(budget['spec']).toEqual({ ...expected, selector: { matchLabels: SELECTOR } });
  });

  it('are a NetworkPolicy that shows the internal port to the namespace alone', () => {
    const policy = only(render({ networkPolicy: { enabled: true } }), 'NetworkPolicy');

    expect(policy['spec']).toEqual({
      podSelector: { matchLabels: SELECTOR },
      policyTypes: ['Ingress'],
      ingress: [
        { ports: [{ port: 'http', protocol: 'TCP' }] },
        { ports: [{ port: 'internal-http', protocol: 'TCP' }], from: [{ podSelector: {} }] },
      ],
    });
  });

  it('are a NetworkPolicy with egress to DNS and the given ports', () => {
    const { egress, policyTypes } = only(render(VALUES.networks), 'NetworkPolicy')['spec'];

    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    expect(egress).toEqual([
      {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
      { ports: [443, 5432, 6443].map((port) => ({ port, protocol: 'TCP' })) },
      { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] },
    ]);
  });

  it('are an Ingress to the APIs', () => {
    const { rules, tls, ingressClassName } = only(render(VALUES.networks), 'Ingress')['spec'];

    const backend = { service: { name: 'toolhive-registry-server', port: { name: 'http' } } };
    expect(ingressClassName).toBe('nginx');
    expect(rules).toEqual([
      { host: 'a.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } },
      {
        host: 'b.example.com',
        http: {
          paths: [
            { path: '/registry', pathType: 'Exact', backend },
            { path: '/v1', pathType: 'Prefix', backend },
          ],
        },
      },
    ]);
    expect(tls).toEqual([{ secretName: 'tls', hosts: ['a.example.com'] }]);
  });

  it('are an HTTPRoute and a ServiceMonitor, as their definitions ask', () => {
    const objects = render(VALUES['custom resources of others']);

    expect(only(objects, 'HTTPRoute')).toMatchObject({
      apiVersion: 'gateway.networking.k8s.io/v1',
      spec: {
        parentRefs: [{ name: 'gateway', namespace: 'gateways' }],
        hostnames: ['registry.example.com'],
        rules: [{ backendRefs: [{ name: 'toolhive-registry-server', port: 8080 }], timeouts: { request: '15s' } }],
      },
    });
    expect(only(objects, 'ServiceMonitor')).toMatchObject({
      apiVersion: 'monitoring.coreos.com/v1',
      metadata: { labels: { release: 'prometheus' } },
      spec: {
        selector: { matchLabels: SELECTOR },
        endpoints: [{ port: 'internal-http', path: '/metrics', interval: '30s', scrapeTimeout: '10s' }],
      },
    });
    expect(only(objects, 'Service')['spec'].ports.map(({ name }: { name: string }) => name)).toContain('internal-http');
  });

  it('are a test that asks both ports', () => {
    const pod = only(render({ tests: { enabled: true }, service: { port: 80 } }, { release: 'r' }), 'Pod');

    const checks: unknown = JSON.parse(pod['spec'].containers[0].command.at(-1));
    const host = 'http://r-toolhive-registry-server.registry';
    expect(pod.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'test' });
    expect(pod.metadata.labels).toMatchObject({ 'app.kubernetes.io/component': 'test' });
    expect(checks).toEqual([
      [`${host}:8081/readiness`, 200],
      [`${host}:80/openapi.json`, 200],
    ]);
  });

  it('are objects of one’s own, as mappings and as templates', () => {
    const objects = render(VALUES['everything of one’s own']);

    expect(only(objects, 'ConfigMap', 'as-it-is')['data']).toEqual({ a: '{{ b }}' });
    expect(namesOf(objects)).toContain('ConfigMap toolhive-registry-server-catalog-extra');
  });
});

describe.skipIf(inject('kubernetesTools') === null)('the pods', () => {
  it('take settings of one’s own, which never replace what selects them', () => {
    const objects = render(VALUES['everything of one’s own']);

    const { metadata, spec } = only(objects, 'Deployment')['spec'].template;
    expect(metadata.labels).toMatchObject({ team: 'platform', cost: 'platform', 'app.kubernetes.io/name': 'catalog' });
    expect(metadata.annotations).toEqual({ a: 'b', owner: 'platform' });
    expect(spec).toMatchObject({ dnsPolicy: 'None', runtimeClassName: 'gvisor', enableServiceLinks: false });
    expect(spec.containers.map(({ name }: { name: string }) => name)).toEqual(['registry-api', 'proxy']);
    expect(serverContainer(objects)).toMatchObject({
      image: `toolhive-registry-server:0.1.0@sha256:${'0123456789abcdef'.repeat(4)}`,
      args: ['serve', '--config', '/etc/registry-server/config.yaml', '--debug'],
    });
  });

  it('are spread by the labels of this release', () => {
    const values = {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' },
        {
          maxSkew: 1,
          topologyKey: 'host',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { a: 'b' } },
        },
      ],
    };

    const [first, second] = podSpec(render(values)).topologySpreadConstraints;
    expect(first.labelSelector).toEqual({ matchLabels: SELECTOR });
    expect(second.labelSelector).toEqual({ matchLabels: { a: 'b' } });
  });

  it('keep a /tmp that the user mounts', () => {
    const objects = render(VALUES['values of the established chart']);

    const mounts = serverContainer(objects).volumeMounts.filter(
      ({ mountPath }: { mountPath: string }) => mountPath === '/tmp',
    );
    expect(mounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    expect(podSpec(objects).volumes.map(({ name }: { name: string }) => name)).toEqual([
      'config',
      'secret',
      'pgpass',
      'tmp',
    ]);
  });

  it('are replaced at once when that is asked for', () => {
    expect(only(render({ updateStrategy: { type: 'Recreate' } }), 'Deployment')['spec'].strategy).toEqual({
      type: 'Recreate',
    });
  });
});

// Before Helm 4 they are shown to those alone who have a cluster at hand.
const showsNotes = inject('kubernetesTools') !== null && runHelm(['version', '--short']).stdout.startsWith('v4');

describe.skipIf(!showsNotes)('the notes', () => {
  const quiet = { config: { database: { host: 'postgres' }, auth: { mode: 'oauth' } } };

  it('warn of nothing when nothing is wrong', () => {
    const notes = notesOf(quiet);

    expect(notes).toContain("curl 'http://localhost:8080/registry/default/v0.1/servers?limit=5'");
    expect(notes).not.toContain('WARNING');
  });

  it.each([
    ['a missing database', { config: { auth: { mode: 'oauth' } } }, 'no database is named'],
    ['a password', { config: { ...quiet.config, database: { host: 'a', password: 'b' } } }, 'holds a password'],
    ['anonymous mode', { config: { database: { host: 'postgres' } } }, 'auth.mode is anonymous'],
    ['metrics that are off', { ...quiet, serviceMonitor: { enabled: true } }, 'metrics are off'],
    ['an internal port that the world sees', { ...quiet, service: { type: 'NodePort' } }, 'shows the internal port'],
    [
      'a token that is missing',
      {
        serviceAccount: { automountToken: false },
        config: { ...quiet.config, sources: [{ name: 'k8s', kubernetes: {} }] },
      },
      'cannot sign in',
    ],
    ['missing requests', { ...quiet, autoscaling: { enabled: true }, resources: { requests: null } }, 'autoscaling'],
  ])('warn of %s', (_, values, message) => {
    const notes = notesOf(values);

    expect(notes).toContain(message);
    expect(notes.match(/WARNING/g)).toHaveLength(1);
  });
});
