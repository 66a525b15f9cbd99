import { beforeAll, expect, it } from 'vitest';
import { eventually, type RunningServer } from '../../e2e/harness/server.js';
import { newResource, type ResourceOverrides } from '../factories/kubernetes-objects.js';
import { describeWithCluster, published, shows, statusOf, useBed } from './harness/bed.js';

const ICON = 'https://example.com/icon.png';
const FULL_IMAGE = `registry.internal:5000/team/full:v3.0.1@sha256:${'a'.repeat(64)}`;
const LONG_NAME = 'l'.repeat(190);
const BAD_CLAIMS = [' ', '{not json', '["a"]', '{"level":3}', '{"org":null}', '{"g":["a",1]}', '7'];

describeWithCluster('objects of a cluster (kubernetes spec 10)', () => {
  const bed = useBed();
  let server: RunningServer;
  let namespace: string;
  const uids = new Map<string, string>();

  const create = async (overrides: ResourceOverrides): Promise<void> => {
    const created = await bed().cluster.apply(newResource({ namespace, ...overrides }));
    uids.set(`${overrides.kind ?? 'MCPServer'} ${overrides.name}`, created.metadata.uid);
  };
  const find = async (name: string): Promise<any[]> =>
    (await published(server)).filter((item) => item.name === `com.toolhive.k8s.${namespace}/${name}`);
  const meta = (item: any) => item._meta['io.modelcontextprotocol.registry/publisher-provided']['io.github.stacklok'];

  beforeAll(async () => {
    namespace = await bed().cluster.createNamespace();
    const image = (name: string, tag = ':1.0.1') => ({ image: `ghcr.io/example/${name}${tag}` });
    await create({ name: 'plain', spec: { image: 'ghcr.io/example/plain:1.4.2' } });
    await create({
      name: 'full',
      spec: {
        image: FULL_IMAGE,
        transport: 'streamable-http',
        env: [{ name: 'A', value: 'b' }],
        args: ['--verbose'],
      },
      annotations: {
        'registry-title': 'Full Server',
        'registry-icon': ICON,
        'registry-category': 'databases',
        'registry-version': '2.5.0',
        tools: '["query","list_tables"]',
        'tool-definitions': JSON.stringify([
          {
            name: 'query',
            description: 'Run SQL',
            inputSchema: { type: 'object', required: ['sql'], properties: { sql: { type: 'string' } } },
            annotations: { readOnlyHint: true },
            unknown: 1,
          },
        ]),
        'authz-claims': '{"team":"platform","groups":["x","y"]}',
      },
    });
    await create({ name: 'no-export', annotations: { 'registry-export': null } });
    await create({ name: 'export-false', annotations: { 'registry-export': 'false' } });
    await create({ name: 'export-capital', annotations: { 'registry-export': 'True' } });
    await create({
      name: 'no-annotations',
      annotations: { 'registry-export': null, 'registry-url': null, 'registry-description': null },
    });
    await create({ name: 'no-url', annotations: { 'registry-url': null } });
    await create({ name: 'no-description', annotations: { 'registry-description': null } });
    await create({ name: 'empty-url', spec: image('empty-url'), annotations: { 'registry-url': '' } });
    await create({ name: 'empty-description', annotations: { 'registry-description': '' } });
    for (const [index, claims] of BAD_CLAIMS.entries()) {
      await create({ name: `bad-claims-${index}`, annotations: { 'authz-claims': claims } });
    }
    await create({
      name: 'bad-tools',
      spec: image('bad-tools'),
      annotations: { tools: 'query,list', 'tool-definitions': '{"name":"q"}' },
    });
    await create({ name: 'odd-tools', annotations: { 'tool-definitions': '[{"name":"q"},{"x":1}]' } });
    await create({ name: 'transport-stdio', spec: { transport: 'stdio' } });
    await create({ name: 'transport-proxy-sse', spec: { transport: 'stdio', proxyMode: 'sse' } });
    await create({ name: 'transport-sse', spec: { transport: 'sse' } });
    await create({ name: 'transport-http', spec: { transport: 'streamable-http' } });
    await create({
      kind: 'VirtualMCPServer',
      name: 'virt',
      annotations: { 'registry-title': 'Virtual', 'registry-icon': ICON, 'registry-category': 'gateway' },
    });
    await create({ kind: 'VirtualMCPServer', name: 'virt-4', annotations: { 'registry-version': '4.0.0' } });
    await create({ kind: 'MCPRemoteProxy', name: 'proxy', spec: { transport: 'sse' } });
    await create({ kind: 'MCPRemoteProxy', name: 'proxy-beta', annotations: { 'registry-version': 'v0.3.0-beta.2' } });
    await create({ name: 'alpha', apiVersion: 'toolhive.stacklok.dev/v1alpha1' });
    await create({ name: 'same', spec: image('same'), annotations: { 'authz-claims': '{"org":"first"}' } });
    await create({
      kind: 'MCPRemoteProxy',
      name: 'same',
      annotations: { 'registry-version': '2.0.0', 'authz-claims': '{"org":"last"}' },
    });
    await create({ kind: 'MCPRemoteProxy', name: 'dup' });
    await create({ kind: 'VirtualMCPServer', name: 'dup' });
    await create({ name: LONG_NAME });
    const huge = JSON.stringify(Array.from({ length: 13_330 }, () => ({})));
    await create({ name: 'huge', annotations: { 'tool-definitions': huge } });
    await create({ name: 'script', annotations: { 'registry-url': 'javascript:alert(1)' } });
    await create({ name: 'dots.in.name' });
    await create({ name: 'no-claims', annotations: { 'authz-claims': '{}' } });
    await create({ name: 'null-claims', annotations: { 'authz-claims': 'null' } });
    server = await bed().start({
      sources: { k8s: { namespaces: [namespace] } },
      claims: { org: 'acme' },
    });
    await server.synced('k8s');
    await eventually(async () => (await statusOf(server)).serverCount > 0, 'the first write');
  });

  it('publishes exactly those that are exported and valid', async () => {
    await shows(server, [
      'alpha',
      'bad-tools',
      'dots.in.name',
      'dup',
      'empty-description',
      'empty-url',
      'full',
      'no-claims',
      'null-claims',
      'odd-tools',
      'plain',
      'proxy',
      'proxy-beta',
      'same',
      'same',
      'transport-http',
      'transport-proxy-sse',
      'transport-sse',
      'transport-stdio',
      'virt',
      'virt-4',
    ]);
  });

  it('shows an MCPServer', async () => {
    expect(await find('plain')).toEqual([
      {
        $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
        name: `com.toolhive.k8s.${namespace}/plain`,
        description: 'The plain server',
        version: '1.4.2',
        packages: [
          {
            registryType: 'oci',
            identifier: 'ghcr.io/example/plain:1.4.2',
            version: '1.4.2',
            transport: { type: 'streamable-http' },
          },
        ],
        remotes: [{ type: 'streamable-http', url: 'https://mcp.example.com/plain' }],
        _meta: {
          'io.modelcontextprotocol.registry/publisher-provided': {
            'io.github.stacklok': {
              'https://mcp.example.com/plain': {
                metadata: {
                  kubernetes: {
                    image: 'ghcr.io/example/plain:1.4.2',
                    kind: 'MCPServer',
                    name: 'plain',
                    namespace,
                    transport: 'stdio',
                    uid: uids.get('MCPServer plain'),
                  },
                },
                status: 'active',
              },
            },
          },
        },
      },
    ]);
  });

  it('shows one with all annotations', async () => {
    const [full] = await find('full');

    expect(full).toMatchObject({
      title: 'Full Server',
      version: '2.5.0',
      icons: [{ src: ICON }],
      packages: [
        {
          registryType: 'oci',
          identifier: FULL_IMAGE,
          version: `sha256:${'a'.repeat(64)}`,
          transport: { type: 'streamable-http' },
        },
      ],
    });
    expect(JSON.stringify(meta(full))).toBe(
      '{"https://mcp.example.com/full":{' +
        `"metadata":{"kubernetes":{"image":"${FULL_IMAGE}","kind":"MCPServer","name":"full",` +
        `"namespace":"${namespace}","transport":"streamable-http","uid":"${uids.get('MCPServer full')}"}},` +
        '"status":"active","tags":["databases"],"tool_definitions":[{"annotations":{"readOnlyHint":true},' +
        '"description":"Run SQL","inputSchema":{"properties":{"sql":{"type":"string"}},"required":["sql"],' +
        '"type":"object"},"name":"query"}],"tools":["query","list_tables"]}}',
    );
  });

  it('shows an empty URL and an empty description as they are', async () => {
    const [emptyUrl] = await find('empty-url');
    const [emptyDescription] = await find('empty-description');

    expect(emptyUrl.remotes).toEqual([{ type: 'streamable-http' }]);
    expect(Object.keys(meta(emptyUrl))).toEqual(['']);
    expect(emptyDescription.description).toBe('');
  });

  it('leaves out tools that cannot be read, and completes those that can', async () => {
    const [bad] = await find('bad-tools');
    const [odd] = await find('odd-tools');

    expect(JSON.stringify(bad)).not.toContain('tool_definitions');
    expect(meta(odd)['https://mcp.example.com/odd-tools'].tool_definitions).toEqual([
      { annotations: {}, inputSchema: {}, name: 'q' },
      { annotations: {}, inputSchema: {}, name: '' },
    ]);
    expect(server.log().split('Ignoring unusable annotation')).toHaveLength(3);
  });

  it.each([
    ['transport-stdio', 'streamable-http'],
    ['transport-proxy-sse', 'sse'],
    ['transport-sse', 'sse'],
    ['transport-http', 'streamable-http'],
  ])('gives the package of %s the transport %s', async (name, type) => {
    const [item] = await find(name);

    expect(item.packages[0].transport).toEqual({ type });
    expect(item.remotes[0].type).toBe('streamable-http');
  });

  it('shows the other kinds without packages', async () => {
    const [virtual] = await find('virt');
    const [proxy] = await find('proxy');

    expect(virtual).toMatchObject({ title: 'Virtual', version: '1.0.0', icons: [{ src: ICON }] });
    expect(virtual).not.toHaveProperty('packages');
    expect(meta(virtual)).toEqual({
      'https://mcp.example.com/virt': {
        metadata: {
          kubernetes: { kind: 'VirtualMCPServer', name: 'virt', namespace, uid: uids.get('VirtualMCPServer virt') },
        },
        status: 'active',
        tags: ['gateway'],
      },
    });
    expect(proxy).not.toHaveProperty('packages');
    expect(proxy.remotes).toEqual([{ type: 'streamable-http', url: 'https://mcp.example.com/proxy' }]);
    expect((await find('virt-4'))[0].version).toBe('4.0.0');
    expect((await find('proxy-beta'))[0].version).toBe('v0.3.0-beta.2');
  });

  it('makes objects of one name versions of one entry', async () => {
    const name = encodeURIComponent(`com.toolhive.k8s.${namespace}/same`);
    const latest = await server.get(`/registry/k8s/v0.1/servers/${name}/versions/latest`);

    expect((await find('same')).map(({ version }) => version).toSorted()).toEqual(['1.0.1', '2.0.0']);
    expect(latest.json.server.version).toBe('2.0.0');
  });

  it('says of each object that it left out why, and of all others how many there are', async () => {
    const status = await statusOf(server);

    expect(status).toMatchObject({
      phase: 'complete',
      serverCount: 21,
      rejected: 13,
      message: 'Sync completed successfully, 13 invalid entries were skipped',
      lastSyncTime: expect.any(String),
      attemptCount: 0,
    });
    const reasons = new Map(status.rejectedEntries.map(({ name, reason }: any) => [name.split('/')[1], reason]));
    expect([...reasons.keys()].toSorted()).toEqual(
      [
        ...BAD_CLAIMS.map((_, index) => `bad-claims-${index}`),
        'dup',
        'huge',
        LONG_NAME,
        'no-description',
        'no-url',
        'script',
      ].toSorted(),
    );
    expect(reasons.get('dup')).toContain('already taken');
    expect(reasons.get('huge')).toContain('exceeds maximum allowed size of 262144 bytes');
    expect(reasons.get('no-url')).toContain('registry-url is required');
    expect(reasons.get('bad-claims-3')).toContain('claim "level"');
    expect(server.log().split('Invalid authz-claims annotation, skipping entry')).toHaveLength(BAD_CLAIMS.length + 1);
  });

  it('stores claims by entry: its own, or those of the source', async () => {
    const { json } = await server.get('/v1/sources/k8s/entries');
    const claims = (name: string) =>
      json.entries.find((entry: any) => entry.name === `com.toolhive.k8s.${namespace}/${name}`).claims;

    expect(claims('plain')).toEqual({ org: 'acme' });
    expect(claims('full')).toEqual({ team: 'platform', groups: ['x', 'y'] });
    expect(claims('same')).toEqual({ org: 'last' });
    expect(claims('no-claims')).toBeUndefined();
    expect(claims('null-claims')).toBeUndefined();
  });
});
