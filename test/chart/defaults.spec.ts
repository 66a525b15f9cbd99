import { readFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import {
  CHART,
  configFile,
  defaultValues,
  namesOf,
  only,
  podSpec,
  render,
  runHelm,
  serverContainer,
} from '../harness/chart.js';
import { loadTestConfig } from '../harness/test-config.js';

const hasHelm = inject('kubernetesTools') !== null;

/** Values of the established chart that are kept with their default (kubernetes spec 11.1). */
const ESTABLISHED = {
  replicaCount: 1,
  image: { pullPolicy: 'IfNotPresent' },
  imagePullSecrets: [],
  nameOverride: '',
  fullnameOverride: '',
  serviceAccount: { create: true, annotations: {} },
  podAnnotations: {},
  podLabels: {},
  podSecurityContext: {},
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 65535,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  service: { type: 'ClusterIP', port: 8080, exposeInternalPort: true, internalPort: 8081, annotations: {} },
  resources: { limits: { cpu: '500m', memory: '512Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
  livenessProbe: { httpGet: { path: '/health', port: 'internal-http' }, initialDelaySeconds: 30, periodSeconds: 10 },
  readinessProbe: { httpGet: { path: '/readiness', port: 'internal-http' }, initialDelaySeconds: 5, periodSeconds: 5 },
  nodeSelector: {},
  affinity: {},
  tolerations: [],
  initContainers: [],
  config: {
    sources: [
      {
        name: 'toolhive',
        git: {
          repository: 'https://github.com/stacklok/toolhive-catalog.git',
          branch: 'main',
          path: 'pkg/catalog/toolhive/data/registry-upstream.json',
        },
        syncPolicy: { interval: '30m' },
      },
    ],
    registries: [{ name: 'default', sources: ['toolhive'] }],
    auth: { mode: 'anonymous' },
    database: { host: '', port: 5432, user: 'thv_user', database: 'toolhive_registry', sslMode: 'require' },
  },
  extraEnv: [],
  extraEnvFrom: [],
  extraVolumes: [],
  extraVolumeMounts: [],
  rbac: { scope: 'cluster', allowedNamespaces: [] },
};

describe('values.yaml', () => {
  it('keeps the keys and defaults of the established chart', () => {
    expect(defaultValues()).toMatchObject(ESTABLISHED);
  });

  it('names the image and the version of this package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

    const chart = parse(readFileSync(`${CHART}/Chart.yaml`, 'utf8')) as Record<string, string>;

    expect(chart).toMatchObject({ name: 'toolhive-registry-server', appVersion: version });
    expect(defaultValues()['image'].registryServerUrl).toBe(`toolhive-registry-server:${version}`);
  });
});

describe.skipIf(!hasHelm)('the chart with its defaults', () => {
  it('passes the strict lint', () => {
    const { status, stdout } = runHelm(['lint', '--strict', CHART]);

    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('0 chart(s) failed') });
  });

  it('makes the eight objects of the established chart', () => {
    expect(namesOf(render())).toEqual([
      'ClusterRole toolhive-registry-server-manager-role',
      'ClusterRoleBinding toolhive-registry-server-manager-rolebinding',
      'ConfigMap toolhive-registry-server-config',
      'Deployment toolhive-registry-server',
      'Role toolhive-registry-server-leader-election-role',
      'RoleBinding toolhive-registry-server-leader-election-rolebinding',
      'Service toolhive-registry-server',
      'ServiceAccount toolhive-registry-server',
    ]);
  });

  it.each([
    ['registry', {}, 'registry-toolhive-registry-server'],
    ['my-toolhive-registry-server', {}, 'my-toolhive-registry-server'],
    ['registry', { nameOverride: 'regis' }, 'registry'],
    ['registry', { fullnameOverride: 'catalog' }, 'catalog'],
    ['a'.repeat(53), {}, `${'a'.repeat(53)}-toolhive`],
  ])('names what release %s with %j makes', (release, values, fullname) => {
    const objects = render(values, { release });

    expect(only(objects, 'Deployment').metadata.name).toBe(fullname);
    expect(only(objects, 'ServiceAccount').metadata.name).toBe(fullname);
    expect(only(objects, 'ClusterRole').metadata.name).toBe(`${fullname}-manager-role`);
    expect(serverContainer(objects).env[0].value).toBe(`${fullname}-leader-election`);
  });

  it('labels everything, and selects pods by what never changes', () => {
    const objects = render();

    const selector = {
      'app.kubernetes.io/name': 'toolhive-registry-server',
      'app.kubernetes.io/instance': 'toolhive-registry-server',
      'app.kubernetes.io/component': 'registry-api',
    };
    for (const { metadata } of objects) {
      expect(metadata.labels).toEqual({
        ...selector,
        'helm.sh/chart': 'toolhive-registry-server-0.1.0',
        'app.kubernetes.io/version': '0.1.0',
        'app.kubernetes.io/managed-by': 'Helm',
      });
    }
    expect(only(objects, 'Deployment')['spec'].selector.matchLabels).toEqual(selector);
    expect(only(objects, 'Service')['spec'].selector).toEqual(selector);
  });

  it('keeps labels texts when a release is named by digits', () => {
    const deployment = only(render({ nameOverride: '7' }, { release: '1234' }), 'Deployment');

    expect(deployment['spec'].selector.matchLabels).toMatchObject({
      'app.kubernetes.io/name': '7',
      'app.kubernetes.io/instance': '1234',
    });
  });

  it('runs the server as the established chart does', () => {
    const container = serverContainer(render());

    expect(container).toMatchObject({
      name: 'registry-api',
      args: ['serve', '--config', '/etc/registry-server/config.yaml'],
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'internal-http', containerPort: 8081 },
      ],
      env: [{ name: 'THV_REGISTRY_LEADER_ELECTION_ID', value: 'toolhive-registry-server-leader-election' }],
      volumeMounts: [
        { mountPath: '/etc/registry-server', readOnly: true },
        { name: 'registry-tmp', mountPath: '/tmp' },
      ],
    });
    expect(container).not.toHaveProperty('command');
  });

  it('asks the internal port whether the server has started, lives and is ready', () => {
    const { startupProbe, livenessProbe, readinessProbe } = serverContainer(render());

    expect(startupProbe.httpGet).toEqual({ path: '/health', port: 'internal-http' });
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBe(300);
    expect(livenessProbe.httpGet).toEqual({ path: '/health', port: 'internal-http' });
    expect(readinessProbe.httpGet).toEqual({ path: '/readiness', port: 'internal-http' });
  });

  it('gives stopping pods more time than the pause and the 30 s for requests in progress', () => {
    const spec = podSpec(render({}, { args: ['--kube-version', '1.30.0'] }));

    const pause = spec.containers[0].lifecycle.preStop.sleep.seconds;
    expect(pause).toBe(5);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(pause + 30);
  });

  it('pauses only where Kubernetes knows how to', () => {
    const container = serverContainer(render({}, { args: ['--kube-version', '1.29.3'] }));

    expect(container).not.toHaveProperty('lifecycle');
  });

  it('writes a configuration that the server takes once a database is named', () => {
    const warnings: string[] = [];

    const config = loadTestConfig(
      configFile(render({ config: { database: { host: 'postgres' } } })),
      {},
      (warning) => void warnings.push(warning),
    );

    expect(config.database).toMatchObject({ host: 'postgres', port: 5432, user: 'thv_user' });
    expect(config.sources.map(({ name }) => name)).toEqual(['toolhive']);
    expect(warnings).toEqual([]);
  });

  it('grants what discovery uses and nothing else', () => {
    const objects = render();

    expect(only(objects, 'ClusterRole')['rules']).toEqual([
      {
        apiGroups: ['toolhive.stacklok.dev'],
        resources: ['mcpservers', 'mcpremoteproxies', 'virtualmcpservers'],
        verbs: ['get', 'list', 'watch'],
      },
    ]);
    expect(only(objects, 'Role')['rules']).toEqual([
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create'] },
    ]);
  });
});
