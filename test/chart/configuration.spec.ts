import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { configFile, only, podSpec, render, serverContainer, type KubernetesObject } from '../harness/chart.js';
import { VALUES } from './values.js';

const HASH = 'toolhive.stacklok.dev/config-hash';
const KUBERNETES_SOURCE = { sources: [{ name: 'k8s', kubernetes: {} }], registries: [] };

function configOf(values: object): Record<string, any> {
  return parse(configFile(render(values))) as Record<string, any>;
}

function hashOf(values: object): string | undefined {
  return only(render(values), 'Deployment')['spec'].template.metadata.annotations?.[HASH];
}

function envOf({ env }: { env?: { name: string; value?: string; valueFrom?: any }[] }): Record<string, unknown> {
  return Object.fromEntries(
    (env ?? []).map(({ name, value, valueFrom }) => [
      name,
      value ?? `${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`,
    ]),
  );
}

function mountsOf(objects: readonly KubernetesObject[]): Record<string, string> {
  const { volumes } = podSpec(objects);
  return Object.fromEntries(
    serverContainer(objects).volumeMounts.map(({ name, mountPath }: { name: string; mountPath: string }) => {
      const volume = volumes.find((candidate: { name: string }) => candidate.name === name);
      return [mountPath, volume.secret?.secretName ?? volume.configMap?.name ?? 'scratch'];
    }),
  );
}

describe.skipIf(inject('kubernetesTools') === null)('the configuration file', () => {
  it('holds config as it is, numbers and unknown keys included', () => {
    const config = configOf({
      config: { catalog: { pageCacheBytes: 134_217_728 }, new: { option: ['a', 1.5, true] } },
    });

    expect(config).toMatchObject({ catalog: { pageCacheBytes: 134_217_728 }, new: { option: ['a', 1.5, true] } });
  });

  it.each([
    ['names no host', {}, { host: 'shared', port: 5432, sslMode: 'require' }],
    [
      'has a port and a mode there',
      { port: 6432, sslMode: 'disable' },
      { host: 'shared', port: 6432, sslMode: 'disable' },
    ],
  ])('takes the database of global.postgres when it %s', (_, settings, expected) => {
    const config = configOf({ global: { postgres: { host: 'shared', ...settings } } });

    expect(config['database']).toEqual({ user: 'thv_user', database: 'toolhive_registry', ...expected });
  });

  it.each([
    ['names a host', { host: 'own', port: 5433 }],
    ['has an embedded database', { embedded: true }],
  ])('keeps to itself when it %s', (_, database) => {
    const config = configOf({ config: { database }, global: { postgres: { host: 'shared', port: 6432 } } });

    expect(config['database']).toMatchObject(database);
    expect(config['database'].host).not.toBe('shared');
  });

  it('replaces the pods when anything of it changes, global.postgres included', () => {
    const hashes = [
      {},
      { config: { auth: { mode: 'oauth' } } },
      { global: { postgres: { host: 'a' } } },
      { global: { postgres: { host: 'b' } } },
    ].map(hashOf);

    expect(new Set(hashes).size).toBe(4);
    expect(hashes.every((hash) => /^[0-9a-f]{63}$/.test(hash ?? ''))).toBe(true);
    expect(hashOf({ replicaCount: 2, global: { postgres: { host: 'a' } } })).toBe(hashes[2]);
  });

  it('replaces the pods, where that is asked for, only when a running server does not take the change over', () => {
    const hash = (config: object) => hashOf({ replacePods: 'whenNeeded', config });

    const before = hash({});
    expect(hash({ auth: { mode: 'oauth' }, sources: [], registries: [] })).toBe(before);
    for (const part of ['database', 'audit', 'telemetry', 'catalog'])
      expect(hash({ [part]: { a: 1 } })).not.toBe(before);
  });

  it('may lie in a ConfigMap that exists', () => {
    const objects = render({ existingConfigMap: 'mine' });

    expect(objects.some(({ kind }) => kind === 'ConfigMap')).toBe(false);
    expect(mountsOf(objects)['/etc/registry-server']).toBe('mine');
    expect(hashOf({ existingConfigMap: 'mine' })).toBeUndefined();
  });
});

describe.skipIf(inject('kubernetesTools') === null)('secrets that exist', () => {
  it('become variables and files', () => {
    const objects = render(VALUES['every secret that exists']);

    expect(envOf(serverContainer(objects))).toEqual({
      THV_REGISTRY_LEADER_ELECTION_ID: 'toolhive-registry-server-leader-election',
      THV_REGISTRY_DATABASE_PASSWORD: 'app/pw',
      TOOLHIVE_OIDC_CLIENT_SECRET: 'oidc/client-secret',
      PGPASSFILE: '/etc/registry-server-pgpass/pgpass',
      PGSSLROOTCERT: '/etc/registry-server-database-ca/ca.crt',
      NODE_EXTRA_CA_CERTS: '/etc/registry-server-ca/ca.crt',
      GIT_SSL_CAPATH: '/etc/registry-server-ca',
    });
    expect(mountsOf(objects)).toEqual({
      '/etc/registry-server': 'toolhive-registry-server-config',
      '/tmp': 'scratch',
      '/etc/registry-server-pgpass': 'pgpass',
      '/etc/registry-server-database-ca': 'database-roots',
      '/etc/registry-server-ca': 'company-roots',
      '/etc/registry-server-secrets/git-token': 'git-token',
      '/api': 'api',
    });
    expect(
      podSpec(objects).volumes.find(({ name }: { name: string }) => name === 'registry-pgpass').secret.items,
    ).toEqual([{ key: '.pgpass', path: 'pgpass' }]);
  });

  it('stand before extraEnv, which therefore wins', () => {
    const { env } = serverContainer(
      render({
        database: { passwordSecret: { name: 'app' } },
        extraEnv: [{ name: 'THV_REGISTRY_DATABASE_PASSWORD', value: 'x' }],
      }),
    );

    expect(env.at(-1)).toEqual({ name: 'THV_REGISTRY_DATABASE_PASSWORD', value: 'x' });
  });
});

describe.skipIf(inject('kubernetesTools') === null)('the migration', () => {
  const user = { user: 'db_migrator', passwordSecret: { name: 'migrator' } };
  const args = ['migrate', 'up', '--config', '/etc/registry-server/config.yaml', '--yes'];
  const credentials = {
    THV_REGISTRY_DATABASE_MIGRATIONUSER: 'db_migrator',
    THV_REGISTRY_DATABASE_MIGRATIONPASSWORD: 'migrator/password',
  };

  it('is the server’s own task by default', () => {
    const objects = render({ migration: user });

    expect(podSpec(objects)).not.toHaveProperty('initContainers');
    expect(objects.some(({ kind }) => kind === 'Job')).toBe(false);
    expect(envOf(serverContainer(objects))).toMatchObject(credentials);
  });

  it('runs in an init container, after those of the user, which alone knows the password', () => {
    const objects = render(VALUES['migration by an init container']);

    const [first, migrate] = podSpec(objects).initContainers;
    expect(first.name).toBe('first');
    expect(migrate).toMatchObject({ name: 'migrate', args, securityContext: { runAsNonRoot: true } });
    expect(migrate.volumeMounts).toEqual(serverContainer(objects).volumeMounts);
    expect(envOf(migrate)).toEqual(credentials);
    expect(Object.keys(envOf(serverContainer(objects)))).toEqual(['THV_REGISTRY_LEADER_ELECTION_ID']);
  });

  it('runs in a Job before each install and upgrade, with a configuration of its own', () => {
    const objects = render(VALUES['migration by a job']);

    const job = only(objects, 'Job');
    const config = only(objects, 'ConfigMap', 'toolhive-registry-server-migration-config');
    const spec = job['spec'].template.spec;
    expect(job.metadata.name).toBe('toolhive-registry-server-migration');
    expect(job.metadata.annotations).toEqual({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-weight': '0',
      'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
      'sidecar.istio.io/inject': 'false',
    });
    expect(config.metadata.annotations).toMatchObject({ 'helm.sh/hook-weight': '-1' });
    expect(config['data']['config.yaml']).toBe(configFile(objects));
    expect(spec).toMatchObject({ restartPolicy: 'Never', serviceAccountName: 'migrator' });
    expect(spec.volumes[0].configMap.name).toBe(config.metadata.name);
    expect(spec.containers[0]).toMatchObject({ args, resources: { limits: { memory: '256Mi' } } });
    expect(envOf(spec.containers[0])).toEqual(credentials);
    expect(Object.keys(envOf(serverContainer(objects)))).toEqual(['THV_REGISTRY_LEADER_ELECTION_ID']);
  });

  it('gives its Job a name and pods that no Service takes for servers', () => {
    const objects = render(VALUES['migration by a job'], { release: 'r'.repeat(53) });

    const job = only(objects, 'Job');
    expect(job.metadata.name.length).toBeLessThanOrEqual(63);
    expect(job['spec'].template.metadata.labels['app.kubernetes.io/component']).toBe('migration');
    expect(only(objects, 'Service')['spec'].selector['app.kubernetes.io/component']).toBe('registry-api');
  });
});

describe.skipIf(inject('kubernetesTools') === null)('access to the Kubernetes API', () => {
  it.each([
    ['as in the established chart', {}, true, true],
    ['without roles and without a kubernetes source', { rbac: { create: false } }, false, false],
    ['without roles, but with such a source', { rbac: { create: false }, config: KUBERNETES_SOURCE }, false, true],
    ['by need, without such a source', { rbac: { create: 'auto' } }, false, false],
    ['by need, with such a source', { rbac: { create: 'auto' }, config: KUBERNETES_SOURCE }, true, true],
    ['with roles and no token', { serviceAccount: { automountToken: false } }, true, false],
    ['with a token alone', { rbac: { create: false }, serviceAccount: { automountToken: true } }, false, true],
  ])('is given %s', (_, values, hasRoles, hasToken) => {
    const objects = render(values);

    const roles = objects.filter(({ kind }) => kind.endsWith('Role') || kind.endsWith('RoleBinding'));
    expect(roles.length).toBe(hasRoles ? 4 : 0);
    expect(podSpec(objects).automountServiceAccountToken).toBe(hasToken);
  });

  it('may be limited to namespaces', () => {
    const objects = render({ rbac: { scope: 'namespace', allowedNamespaces: ['team-a', 'team-b', 'team-a'] } });

    const bindings = objects.filter(({ metadata }) => metadata.name === 'toolhive-registry-server-manager-rolebinding');
    expect(bindings.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual([
      'RoleBinding team-a',
      'RoleBinding team-b',
    ]);
    expect(bindings[0]).toMatchObject({
      roleRef: { kind: 'ClusterRole', name: 'toolhive-registry-server-manager-role' },
      subjects: [{ kind: 'ServiceAccount', name: 'toolhive-registry-server', namespace: 'registry' }],
    });
    expect(objects.some(({ kind }) => kind === 'ClusterRoleBinding')).toBe(false);
    expect(envOf(serverContainer(objects))).toMatchObject({ THV_REGISTRY_WATCH_NAMESPACE: 'team-a,team-b' });
  });

  it.each([
    [{ create: true, name: '' }, 'r-toolhive-registry-server', 1],
    [{ create: true, name: 'mine' }, 'mine', 1],
    [{ create: false, name: 'mine' }, 'mine', 0],
    [{ create: false, name: '' }, 'toolhive-registry-server', 0],
  ])('belongs, with %j, to the account %s', (serviceAccount, name, made) => {
    const objects = render({ serviceAccount }, { release: 'r' });

    expect(podSpec(objects).serviceAccountName).toBe(name);
    expect(only(objects, 'ClusterRoleBinding')['subjects'][0].name).toBe(name);
    expect(objects.filter(({ kind }) => kind === 'ServiceAccount')).toHaveLength(made);
  });

  it('does not clash between two releases', () => {
    const shared = (release: string, values = {}) =>
      render(values, { release })
        .filter(({ metadata }) => metadata.namespace === undefined)
        .map(({ kind, metadata }) => `${kind} ${metadata.name}`);

    const names = [...shared('a'), ...shared('b'), ...shared('b', { rbac: { clusterRoleName: 'c' } })];
    expect(names).toHaveLength(6);
    expect(new Set(names).size).toBe(6);
  });
});
