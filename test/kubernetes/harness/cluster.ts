import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { Agent, request } from 'undici';
import type { JsonObject } from '../../../src/common/json-object.js';
import { waitUntil } from '../../harness/wait-until.js';

const CRDS = join(import.meta.dirname, '..', 'crds');
const GROUP = 'toolhive.stacklok.dev';

/** Where the API server is, and the token of somebody who may do everything. */
export interface ClusterAccess {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

/** An answer of the API server. */
export interface KubeAnswer {
  readonly status: number;
  readonly json: any;
}

const PLURALS: Readonly<Record<string, string>> = {
  MCPServer: 'mcpservers',
  VirtualMCPServer: 'virtualmcpservers',
  MCPRemoteProxy: 'mcpremoteproxies',
  MCPServerEntry: 'mcpserverentries',
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  ClusterRoleBinding: 'clusterrolebindings',
  CustomResourceDefinition: 'customresourcedefinitions',
};

/** Reads the kubeconfig of the test API server: its current context is that of an administrator with a token. */
export async function readAccess(path: string): Promise<ClusterAccess> {
  const config = parse(await readFile(path, 'utf8'));
  const { cluster, user } = config.contexts.find((item: any) => item.name === config['current-context']).context;
  const of = (list: any[], name: string) => list.find((item) => item.name === name);
  const { server, ...rest } = of(config.clusters, cluster).cluster;
  const data = rest['certificate-authority-data'];
  const ca = data ? Buffer.from(data, 'base64').toString() : await readFile(rest['certificate-authority'], 'utf8');
  return { server, ca, token: of(config.users, user).user.token };
}

/** An API server, with everything that tests do to it. */
export class Cluster {
  readonly #agent: Agent;
  readonly #folders: string[] = [];

  constructor(readonly access: ClusterAccess) {
    this.#agent = new Agent({ connect: { ca: access.ca } });
  }

  /** The API server of the run: `TEST_KUBECONFIG`. */
  static async open(): Promise<Cluster> {
    return new Cluster(await readAccess(process.env['TEST_KUBECONFIG'] ?? ''));
  }

  async close(): Promise<void> {
    await this.#agent.close();
    for (const folder of this.#folders) await rm(folder, { recursive: true });
  }

  async request(method: string, path: string, body?: object, contentType = 'application/json'): Promise<KubeAnswer> {
    const answer = await request(this.access.server + path, {
      method: method as 'GET',
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${this.access.token}`, ...(body ? { 'content-type': contentType } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, json: text.startsWith('{') ? JSON.parse(text) : text };
  }

  /** Creates or replaces an object. @throws Error with what the API server says when it is refused */
  async apply(object: JsonObject): Promise<any> {
    const path = `${pathOf(object)}?fieldManager=test&force=true`;
    const { status, json } = await this.request('PATCH', path, object, 'application/apply-patch+yaml');
    if (status >= 300) throw new Error(`${status}: ${json.message}`);
    return json;
  }

  async remove(object: JsonObject): Promise<void> {
    const { status, json } = await this.request('DELETE', pathOf(object));
    if (status >= 300) throw new Error(`${status}: ${json.message}`);
  }

  /** Changes the status of a custom resource, as its operator does. */
  async setStatus(object: JsonObject, status: object): Promise<void> {
    const path = `${pathOf(object)}/status`;
    const answer = await this.request('PATCH', path, { status }, 'application/merge-patch+json');
    if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.json.message}`);
  }

  /** A fresh namespace; nothing deletes it, because no controller runs that could. */
  async createNamespace(prefix = 'team'): Promise<string> {
    const name = `${prefix}-${randomBytes(4).toString('hex')}`;
    await this.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    return name;
  }

  /** Installs the custom resource definitions that are missing, and waits until they are served. */
  async installDefinitions(): Promise<void> {
    for (const file of await readdir(CRDS)) {
      const definition = parse(await readFile(join(CRDS, file), 'utf8'));
      if ((await this.request('GET', pathOf(definition))).status === 404) await this.apply(definition);
      const path = `/apis/${GROUP}/v1beta1/${definition.spec.names.plural}`;
      await waitUntil(async () => (await this.request('GET', path)).status === 200, 20_000);
    }
  }

  /** The definitions of the three kinds, as they are installed. */
  async definitions(): Promise<JsonObject[]> {
    const names = ['mcpservers', 'virtualmcpservers', 'mcpremoteproxies'].map((plural) => `${plural}.${GROUP}`);
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const answers = await Promise.all(names.map((name) => this.request('GET', `${path}/${name}`)));
    return answers.filter(({ status }) => status === 200).map(({ json }) => json);
  }

  /** Makes a service account with these rules in these namespaces. @returns its token */
  async createAccount(namespace: string, name: string, grants: readonly Grant[]): Promise<string> {
    await this.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
    for (const grant of grants) await this.grant(namespace, name, grant);
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const { json } = await this.request('POST', path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    });
    return json.status.token;
  }

  /** Lets a service account do something. */
  async grant(namespace: string, account: string, { name, in: target, rules }: Grant): Promise<void> {
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const metadata = { name: `${account}-${name}`, namespace: target };
    await this.apply({ apiVersion, kind: 'Role', metadata, rules });
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name };
    const subjects = [{ kind: 'ServiceAccount', name: account, namespace }];
    await this.apply({ apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects });
  }

  /** Takes back what {@link grant} gave. */
  async revoke(account: string, { name, in: target }: Grant): Promise<void> {
    const metadata = { name: `${account}-${name}`, namespace: target };
    await this.remove({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata });
  }

  /** A temporary folder that goes when the cluster is closed. */
  async createFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'registry-kube-'));
    this.#folders.push(folder);
    return folder;
  }

  /** Writes a kubeconfig. @returns its path */
  async writeKubeconfig(options: { server?: string; token?: string; namespace?: string } = {}): Promise<string> {
    const { server = this.access.server, token = this.access.token, namespace } = options;
    const path = join(await this.createFolder(), 'config');
    const data = Buffer.from(this.access.ca).toString('base64');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': data } }],
      users: [{ name: 'test', user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', ...(namespace ? { namespace } : {}) } }],
      'current-context': 'test',
    };
    await writeFile(path, stringify(config));
    return path;
  }
}

/** Something that a service account may do in a namespace. */
export interface Grant {
  readonly name: string;
  readonly in: string;
  readonly rules: readonly { apiGroups: string[]; resources: string[]; verbs: string[] }[];
}

/** What the chart grants in a watched namespace, and in the namespace of the release. */
export function chartGrants(watched: string, release: string): [Grant, Grant] {
  const resources = ['mcpservers', 'mcpremoteproxies', 'virtualmcpservers'];
  return [
    {
      name: 'watch',
      in: watched,
      rules: [{ apiGroups: [GROUP], resources, verbs: ['get', 'list', 'watch'] }],
    },
    {
      name: 'lead',
      in: release,
      rules: [
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
        { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      ],
    },
  ];
}

/** The path of an object at the API server. */
export function pathOf(object: JsonObject): string {
  const { apiVersion, kind, metadata } = object as any;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
  return `${root}${scope}/${PLURALS[kind]}/${metadata.name}`;
}
