import { describe, expect, it } from 'vitest';
import { PUBLISHER, SERVER_SCHEMA, toBytes, type JsonRecord } from '../../test/factories/documents.js';
import { DocumentError } from './parsed-document.js';
import { parseRegistryDocument } from './registry-document.js';

const OPTIONS = { onInvalidEntry: 'fail', maxMetaSize: 262_144 } as const;

function convert(document: unknown): JsonRecord[] {
  return parseRegistryDocument(toBytes(document), OPTIONS).entries.map((entry) => JSON.parse(entry.json));
}

const image = (overrides: JsonRecord = {}) => ({
  servers: { github: { image: 'ghcr.io/x/y:1', description: 'd', transport: 'stdio', ...overrides } },
});
const remote = (overrides: JsonRecord = {}) => ({
  remote_servers: { far: { url: 'https://far.example/mcp', transport: 'sse', ...overrides } },
});
const extensionOf = (server: JsonRecord | undefined) =>
  Object.values((server as any)._meta[PUBLISHER]['io.github.stacklok'])[0];

describe('a ToolHive document', () => {
  it('has container servers that become packages', () => {
    const [server] = convert({
      version: '1.0.0',
      last_updated: '2026-01-01T00:00:00Z',
      servers: {
        github: {
          title: 'GitHub',
          description: 'Works with GitHub',
          tier: 'Official',
          status: 'Active',
          transport: 'stdio',
          stateless: true,
          tools: ['create_issue'],
          metadata: { stars: 5, pulls: 9, last_updated: '2026-01-01T00:00:00Z' },
          repository_url: 'https://github.com/github/github-mcp-server',
          tags: ['api'],
          overview: '# GitHub',
          tool_definitions: [{ name: 'create_issue', inputSchema: {} }],
          custom_metadata: { license: 'MIT' },
          image: 'ghcr.io/github/github-mcp-server:v1',
          proxy_port: 8080,
          permissions: { network: { outbound: { insecure_allow_all: false } } },
          env_vars: [
            { name: 'TOKEN', description: 'A token', required: true, secret: true },
            { name: 'HOST', description: '', required: false, default: 'github.com' },
          ],
          args: ['stdio'],
          docker_tags: ['v1'],
          provenance: { sigstore_url: 'tuf.example' },
        },
      },
      groups: [{ name: 'g', servers: { hidden: { image: 'x' } } }],
    });

    expect(server).toEqual({
      $schema: SERVER_SCHEMA,
      name: 'io.github.stacklok/github',
      title: 'GitHub',
      description: 'Works with GitHub',
      version: '1.0.0',
      repository: { url: 'https://github.com/github/github-mcp-server', source: 'github' },
      packages: [
        {
          registryType: 'oci',
          identifier: 'ghcr.io/github/github-mcp-server:v1',
          transport: { type: 'stdio' },
          environmentVariables: [
            { name: 'TOKEN', description: 'A token', isRequired: true, isSecret: true },
            { name: 'HOST', default: 'github.com' },
          ],
        },
      ],
      _meta: {
        [PUBLISHER]: {
          'io.github.stacklok': {
            'ghcr.io/github/github-mcp-server:v1': {
              status: 'Active',
              tier: 'Official',
              tools: ['create_issue'],
              tags: ['api'],
              overview: '# GitHub',
              tool_definitions: [{ name: 'create_issue', inputSchema: {}, annotations: {} }],
              metadata: { stars: 5, last_updated: '2026-01-01T00:00:00Z' },
              custom_metadata: { license: 'MIT' },
              proxy_port: 8080,
              stateless: true,
              permissions: { network: { outbound: { insecure_allow_all: false } } },
              args: ['stdio'],
              provenance: { sigstore_url: 'tuf.example' },
              docker_tags: ['v1'],
            },
          },
        },
      },
    });
  });

  it('has remote servers that become remotes', () => {
    const [server] = convert(
      remote({
        headers: [{ name: 'X-Key', required: true, secret: true, choices: ['a', 'b'] }],
        oauth_config: { issuer: 'https://idp.example', scopes: ['openid'] },
        env_vars: [{ name: 'A', required: false }],
        args: ['not of a remote server'],
      }),
    );

    expect(server?.remotes).toEqual([
      {
        type: 'sse',
        url: 'https://far.example/mcp',
        headers: [{ name: 'X-Key', isRequired: true, isSecret: true, choices: ['a', 'b'] }],
      },
    ]);
    expect(server).not.toHaveProperty('packages');
    expect(extensionOf(server)).toEqual({
      status: 'active',
      oauth_config: { issuer: 'https://idp.example', scopes: ['openid'] },
      env_vars: [{ name: 'A', required: false }],
    });
  });

  it.each<[string, JsonRecord, unknown]>([
    ['stdio when empty', { transport: '' }, { type: 'stdio' }],
    ['stdio when absent', { transport: undefined }, { type: 'stdio' }],
    ['HTTP with a port', { transport: 'sse', target_port: 8000 }, { type: 'sse', url: 'http://localhost:8000' }],
    ['HTTP without a port', { transport: 'streamable-http' }, { type: 'streamable-http', url: 'http://localhost' }],
  ])('has packages whose transport is %s', (_what, overrides, expected) => {
    expect((convert(image(overrides))[0] as any).packages[0].transport).toEqual(expected);
  });

  it.each<[string, JsonRecord, string]>([
    ['the key with a prefix', {}, 'io.github.stacklok/github'],
    ['its own name', { name: 'com.example/own' }, 'com.example/own'],
    ['its own name with a prefix', { name: 'own' }, 'io.github.stacklok/own'],
    ['the key for an empty name', { name: '' }, 'io.github.stacklok/github'],
  ])('has servers named by %s', (_what, overrides, expected) => {
    expect(convert(image(overrides))[0]?.name).toBe(expected);
  });

  it('keeps a key that has a namespace', () => {
    expect(convert({ servers: { 'com.example/x': { image: 'y' } } })[0]?.name).toBe('com.example/x');
  });

  it('leaves empty members out, null ones too, and always has a description', () => {
    const [server] = convert(
      image({
        title: '',
        description: '',
        repository_url: '',
        tools: null,
        tags: [],
        env_vars: null,
        custom_metadata: {},
        metadata: {},
        stateless: false,
        proxy_port: 0,
      }),
    );

    expect(Object.keys(server ?? {}).toSorted()).toEqual([
      '$schema',
      '_meta',
      'description',
      'name',
      'packages',
      'version',
    ]);
    expect(server?.description).toBe('');
    expect(extensionOf(server)).toEqual({ status: 'active' });
  });

  it('may have descriptions and tags that server.json would not allow', () => {
    expect(convert(image({ description: 'x'.repeat(300), tags: ['A b'] }))).toHaveLength(1);
  });

  it.each<[unknown, string]>([
    [image({ image: undefined }), 'servers.github.image is required'],
    [image({ image: '' }), 'servers.github.image is required'],
    [image({ image: 5 }), 'servers.github.image must be a string'],
    [image({ tools: 'x' }), 'servers.github.tools must be an array'],
    [image({ tools: [1] }), 'servers.github.tools.0 must be a string'],
    [image({ target_port: '80' }), 'servers.github.target_port must be an integer'],
    [image({ stateless: 'yes' }), 'servers.github.stateless must be a boolean'],
    [image({ permissions: [] }), 'servers.github.permissions must be an object'],
    [image({ env_vars: [{ required: true }] }), 'servers.github.env_vars.0.name is required'],
    [image({ transport: 'http' }), 'servers.github.transport must be one of'],
    [image({ name: 'a/b/c' }), 'servers.github.name must match'],
    [{ servers: { 'no blanks': { image: 'x' } } }, 'servers.no blanks.name must match'],
    [{ servers: { github: 5 } }, 'servers.github must be an object'],
    [remote({ url: undefined }), 'remote_servers.far.url is required'],
    [remote({ url: 'ftp://x' }), 'remote_servers.far.url must match'],
    [remote({ transport: 'stdio' }), 'remote_servers.far.transport must be one of "sse", "streamable-http"'],
    [remote({ transport: undefined }), 'remote_servers.far.transport is required'],
    [remote({ headers: [{ name: 'x', choices: 'a' }] }), 'remote_servers.far.headers.0.choices must be an array'],
    [
      remote({ oauth_config: { oauth_params: { a: 1 } } }),
      'remote_servers.far.oauth_config.oauth_params.a must be a string',
    ],
    [{ ...image(), remote_servers: [] }, 'remote_servers must be an object'],
    [{ ...image(), version: 1 }, 'version must be a string'],
    [{ ...image(), last_updated: 'yesterday' }, 'last_updated must be an RFC 3339 date-time'],
    [{ servers: {}, remote_servers: null }, 'must contain at least one server'],
  ])('is refused: %j', (document, message) => {
    expect(() => convert(document)).toThrow(DocumentError);
    expect(() => convert(document)).toThrow(message);
  });

  it.each([{ data: { servers: [] } }, {}])(
    'is refused without a map of servers, also where it may be empty: %j',
    (document) => {
      expect(() =>
        parseRegistryDocument(toBytes(document), { ...OPTIONS, format: 'toolhive', mayBeEmpty: true }),
      ).toThrow('must contain at least one server in servers or remote_servers');
    },
  );

  it('names a server that is left out and points at it', () => {
    const document = { ...image(), remote_servers: { far: { url: 'x', transport: 'sse' } } };

    const parsed = parseRegistryDocument(toBytes(document), { ...OPTIONS, onInvalidEntry: 'skip' });

    expect(parsed.entries).toHaveLength(1);
    expect(parsed.rejected).toMatchObject([
      { name: 'io.github.stacklok/far', version: '1.0.0', path: '/remote_servers/far/url' },
    ]);
  });

  it('fails when a container and a remote server have one name', () => {
    expect(() => convert({ ...image(), ...remote({ name: 'github' }) })).toThrow(
      'server io.github.stacklok/github@1.0.0 is given more than once',
    );
  });
});
