import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { RunningServer } from '../../e2e/harness/server.js';
import { newResource } from '../factories/kubernetes-objects.js';
import { describeWithCluster, names, statusOf, useBed } from './harness/bed.js';
import { eventually } from '../../e2e/harness/server.js';

describeWithCluster('callers with tokens of the cluster (kubernetes spec 5)', () => {
  const bed = useBed();
  const tokens = { reader: '', root: '' };
  let server: RunningServer;
  let namespace = '';
  const ALL = ['inherited', 'mine', 'none', 'null', 'others'];

  beforeAll(async () => {
    const { cluster, home } = bed();
    namespace = await cluster.createNamespace();
    tokens.reader = await cluster.createAccount(home, 'reader', []);
    tokens.root = await cluster.createAccount(home, 'root', []);
    const subject = (account: string) => `system:serviceaccount:${home}:${account}`;
    const issuer = JSON.parse(Buffer.from(tokens.root.split('.')[1]!, 'base64url').toString());
    await cluster.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'issuer-discovery' },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'system:service-account-issuer-discovery',
      },
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:unauthenticated' }],
    });
    const annotations = {
      inherited: {},
      mine: { 'authz-claims': JSON.stringify({ sub: subject('reader') }) },
      others: { 'authz-claims': '{"sub":"somebody"}' },
      none: { 'authz-claims': '{}' },
      null: { 'authz-claims': 'null' },
    };
    for (const [name, own] of Object.entries(annotations)) {
      await cluster.apply(newResource({ namespace, name, annotations: own }));
    }
    const folder = await cluster.createFolder();
    await writeFile(join(folder, 'ca.crt'), cluster.access.ca);
    server = await bed().start({
      sources: { k8s: { namespaces: [namespace] } },
      registryClaims: { iss: issuer.iss },
      auth: {
        mode: 'oauth',
        oauth: {
          providers: [
            {
              name: 'cluster',
              issuerUrl: issuer.iss,
              audience: issuer.aud[0],
              jwksUrl: `${cluster.access.server}/openid/v1/jwks`,
              caCertPath: join(folder, 'ca.crt'),
              allowPrivateIP: true,
            },
          ],
        },
        authz: { roles: { superAdmin: [{ sub: subject('root') }] } },
      },
    });
    await eventually(async () => {
      const { json } = await server.get('/v1/sources/k8s', { token: tokens.root });
      return json.syncStatus.serverCount === ALL.length;
    }, 'the entries');
  });

  it('see what their claims allow; entries without claims are closed', async () => {
    expect(await names(server, 'k8s', tokens.reader)).toEqual(['mine']);
    const closed = encodeURIComponent(`com.toolhive.k8s.${namespace}/none`);
    const path = `/registry/k8s/v0.1/servers/${closed}/versions/latest`;
    expect((await server.get(path, { token: tokens.reader })).status).toBe(404);
    expect((await server.get(path, { token: tokens.root })).status).toBe(200);
  });

  it('see everything as super-admins, and nothing without a token', async () => {
    expect((await names(server, 'k8s', tokens.root)).toSorted()).toEqual(ALL);
    expect((await server.get('/registry/k8s/v0.1/servers')).status).toBe(401);
    await expect(statusOf(server)).resolves.toBeUndefined();
  });
});
