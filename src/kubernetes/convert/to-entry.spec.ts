import { describe, expect, it } from 'vitest';
import { newResource, type ResourceOverrides } from '../../../test/factories/kubernetes-objects.js';
import { readExportedObject } from './exported-object.js';
import { toEntry, type Conversion } from './to-entry.js';

const MAX_META = 262_144;

function convert(overrides: ResourceOverrides): Conversion {
  const { kind = 'MCPServer' } = overrides;
  const resource = newResource(overrides);
  const object = readExportedObject(kind, { ...resource, metadata: { ...resource.metadata, uid: 'u-1' } });
  return toEntry(object!, MAX_META);
}

function entryOf(overrides: ResourceOverrides): Extract<Conversion, { kind: 'entry' }> {
  const conversion = convert(overrides);
  if (conversion.kind !== 'entry') throw new Error(conversion.rejected.reason);
  return conversion;
}

function rejectedOf(overrides: ResourceOverrides) {
  const conversion = convert(overrides);
  return conversion.kind === 'rejected' ? conversion.rejected : undefined;
}

const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

describe('toEntry', () => {
  it('makes the document of an MCPServer, byte for byte', () => {
    const { document } = entryOf({ spec: { image: 'ghcr.io/example/plain:1.4.2', transport: 'stdio' } });

    expect(document.json).toBe(
      `{"$schema":"${SCHEMA}","name":"com.toolhive.k8s.team-a/plain","description":"The plain server","version":"1.4.2",` +
        '"packages":[{"registryType":"oci","identifier":"ghcr.io/example/plain:1.4.2","version":"1.4.2",' +
        '"transport":{"type":"streamable-http"}}],' +
        '"remotes":[{"type":"streamable-http","url":"https://mcp.example.com/plain"}],' +
        '"_meta":{"io.modelcontextprotocol.registry/publisher-provided":{"io.github.stacklok":{' +
        '"https://mcp.example.com/plain":{"metadata":{"kubernetes":{"image":"ghcr.io/example/plain:1.4.2",' +
        '"kind":"MCPServer","name":"plain","namespace":"team-a","transport":"stdio","uid":"u-1"}},"status":"active"}}}}}',
    );
  });

  it('makes the document of one with all annotations, byte for byte', () => {
    const image = `registry.internal:5000/team/full:v3.0.1@sha256:${'a'.repeat(64)}`;

    const { document, claims, warnings } = entryOf({
      name: 'full',
      spec: { image, transport: 'streamable-http', env: [{ name: 'A', value: 'b' }] },
      annotations: {
        'registry-title': 'Full Server',
        'registry-icon': 'https://example.com/icon.png',
        'registry-category': 'databases',
        'registry-version': '2.5.0',
        tools: '["query","list_tables"]',
        'tool-definitions': '[{"name":"query","description":"Run SQL","unknown":1}]',
        'authz-claims': '{"team":"platform"}',
      },
    });

    expect(document.json).toBe(
      `{"$schema":"${SCHEMA}","name":"com.toolhive.k8s.team-a/full","description":"The full server",` +
        '"title":"Full Server","version":"2.5.0","icons":[{"src":"https://example.com/icon.png"}],' +
        `"packages":[{"registryType":"oci","identifier":"${image}","version":"sha256:${'a'.repeat(64)}",` +
        '"transport":{"type":"streamable-http"}}],' +
        '"remotes":[{"type":"streamable-http","url":"https://mcp.example.com/full"}],' +
        '"_meta":{"io.modelcontextprotocol.registry/publisher-provided":{"io.github.stacklok":{' +
        `"https://mcp.example.com/full":{"metadata":{"kubernetes":{"image":"${image}","kind":"MCPServer",` +
        '"name":"full","namespace":"team-a","transport":"streamable-http","uid":"u-1"}},"status":"active",' +
        '"tags":["databases"],"tool_definitions":[{"annotations":{},"description":"Run SQL","inputSchema":{},"name":"query"}],' +
        '"tools":["query","list_tables"]}}}}}',
    );
    expect(document.facets.tags).toEqual(['databases']);
    expect(claims).toEqual({ kind: 'own', claims: { team: 'platform' } });
    expect(warnings).toEqual([]);
  });

  it.each(['VirtualMCPServer', 'MCPRemoteProxy'] as const)('makes a %s without packages, version 1.0.0', (kind) => {
    const server = JSON.parse(entryOf({ kind, name: 'virt', spec: { transport: 'sse' } }).document.json);

    expect(server).not.toHaveProperty('packages');
    expect(server).toMatchObject({
      version: '1.0.0',
      remotes: [{ type: 'streamable-http', url: 'https://mcp.example.com/virt' }],
    });
    const extensions = Object.values(server._meta)[0] as any;
    expect(extensions['io.github.stacklok']['https://mcp.example.com/virt']).toEqual({
      metadata: { kubernetes: { kind, name: 'virt', namespace: 'team-a', uid: 'u-1' } },
      status: 'active',
    });
  });

  it.each([
    [{ transport: 'stdio' }, 'streamable-http'],
    [{ transport: 'stdio', proxyMode: 'sse' }, 'sse'],
    [{ transport: 'sse' }, 'sse'],
    [{ transport: 'streamable-http' }, 'streamable-http'],
    [{}, 'streamable-http'],
  ])('gives the package of %j the transport %s, and the remote always streamable-http', (spec, type) => {
    const server = JSON.parse(entryOf({ spec }).document.json);

    expect(server.packages[0].transport).toEqual({ type });
    expect(server.remotes[0].type).toBe('streamable-http');
  });

  it('publishes an empty URL as a remote without one', () => {
    const server = JSON.parse(entryOf({ annotations: { 'registry-url': '' } }).document.json);

    expect(server.remotes).toEqual([{ type: 'streamable-http' }]);
    const extensions = Object.values(server._meta)[0] as any;
    expect(Object.keys(extensions['io.github.stacklok'])).toEqual(['']);
  });

  it('publishes what is no URL, an empty or long description, and leaves out empty texts', () => {
    const annotations = {
      'registry-url': 'not a url',
      'registry-description': '',
      'registry-title': '',
      'registry-icon': '',
      'registry-category': '',
    };

    const server = JSON.parse(entryOf({ annotations }).document.json);

    expect(server).toMatchObject({ description: '', remotes: [{ url: 'not a url' }] });
    expect(server).not.toHaveProperty('title');
    expect(server).not.toHaveProperty('icons');
    expect(entryOf({ annotations: { 'registry-description': 'x'.repeat(3000) } }).document.description).toHaveLength(
      3000,
    );
  });

  it('keeps the dots of a name', () => {
    expect(entryOf({ name: 'dots.in.name' }).document.name).toBe('com.toolhive.k8s.team-a/dots.in.name');
  });

  it('leaves out unusable tools, with a warning each', () => {
    const { document, warnings } = entryOf({
      annotations: { tools: 'query,list', 'tool-definitions': '{"name":"q"}' },
    });

    expect(document.json).not.toContain('"tool');
    expect(warnings.map(({ fields }) => fields['annotation'])).toEqual([
      'toolhive.stacklok.dev/tool-definitions',
      'toolhive.stacklok.dev/tools',
    ]);
  });

  it('warns of an unusable version with the beginning of the value and its length', () => {
    const { document, warnings } = entryOf({ annotations: { 'registry-version': 'x'.repeat(300) } });

    expect(document.version).toBe('1.2.3');
    expect(warnings).toEqual([
      {
        message: 'ignoring unusable registry entry version annotation, using resolved version instead',
        fields: {
          annotation: 'toolhive.stacklok.dev/registry-version',
          value: `${'x'.repeat(64)}…`,
          value_length: 300,
          resolved_version: '1.2.3',
          server: 'plain',
          namespace: 'team-a',
        },
      },
    ]);
  });

  it.each(['registry-url', 'registry-description'])('rejects an object without %s, which names it', (annotation) => {
    expect(rejectedOf({ annotations: { [annotation]: null } })).toEqual({
      name: 'com.toolhive.k8s.team-a/plain',
      version: '1.2.3',
      path: '/metadata/annotations',
      reason: `annotation toolhive.stacklok.dev/${annotation} is required`,
    });
  });

  it('rejects names of more than 200 characters', () => {
    expect(rejectedOf({ name: 'a'.repeat(176) })).toBeUndefined();
    expect(rejectedOf({ name: 'a'.repeat(177) })).toMatchObject({ path: '/metadata/name' });
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd'])('rejects the URL %s', (url) => {
    expect(rejectedOf({ annotations: { 'registry-url': url } })).toMatchObject({
      path: '/metadata/annotations/toolhive.stacklok.dev~1registry-url',
      reason: expect.stringContaining('must not have the scheme'),
    });
  });

  it('leaves out an icon that would do harm, with a warning', () => {
    const { document, warnings } = entryOf({ annotations: { 'registry-icon': 'data:image/svg+xml,x' } });

    expect(document.json).not.toContain('icons');
    expect(warnings).toHaveLength(1);
  });

  it('rejects claims that cannot be read', () => {
    expect(rejectedOf({ annotations: { 'authz-claims': '{"level":3}' } })).toMatchObject({
      isAboutClaims: true,
      path: '/metadata/annotations/toolhive.stacklok.dev~1authz-claims',
      reason:
        'annotation toolhive.stacklok.dev/authz-claims: claim "level": value must be a string or array of strings',
    });
  });

  it('rejects metadata that is too large', () => {
    const definitions = JSON.stringify([{ name: 'q', description: 'x'.repeat(MAX_META) }]);

    expect(rejectedOf({ annotations: { 'tool-definitions': definitions } })).toMatchObject({
      reason: expect.stringContaining('exceeds maximum allowed size of 262144 bytes'),
    });
  });

  it.each(['a\0b', '\ud800'])('rejects text that cannot be stored: %j', (title) => {
    expect(rejectedOf({ annotations: { 'registry-title': title } })).toMatchObject({
      reason: expect.stringContaining('cannot be stored'),
    });
  });

  it('takes a backslash before u0000 for what it is', () => {
    expect(entryOf({ annotations: { 'registry-title': '\\u0000' } }).document.title).toBe('\\u0000');
  });
});
