import { describe, expect, it } from 'vitest';
import { newServer, newServerWithMeta, newSkill, type JsonRecord } from '../../../test/factories/documents.js';
import { EXTENSION_RULES } from './extension-rules.js';
import { jsonPointer, problemPointer, sentence } from './problem.js';
import type { Rule } from './rule.js';
import { SERVER_RULE, UPSTREAM_SERVER_RULE } from './server-rules.js';

function check(rule: Rule, value: unknown): string | undefined {
  const problem = rule.check(value);
  return problem && sentence(problem);
}

const npm = (overrides: JsonRecord = {}) => ({
  packages: [{ registryType: 'npm', identifier: 'x', transport: { type: 'stdio' }, ...overrides }],
});
const transport = (value: unknown) => npm({ transport: value });
const argument = (value: unknown) => npm({ packageArguments: [value] });
const variable = (value: unknown) => npm({ environmentVariables: [value] });
const remote = (value: unknown) => ({ remotes: [value] });
const icon = (value: unknown) => ({ icons: [value] });

describe('SERVER_RULE', () => {
  it.each<[string, JsonRecord]>([
    ['nothing but the necessary', { $schema: undefined, packages: undefined }],
    ['an odd version', { version: 'latest' }],
    ['a range', { version: '^1.0.0' }],
    ['an empty version', { version: '' }],
    ['a version of 255 characters', { version: '1'.repeat(255) }],
    ['a name with leading dot and hyphen', { name: '.io/-x' }],
    ['a name of 200 characters', { name: `io/${'x'.repeat(197)}` }],
    ['a description of 100 characters outside the basic plane', { description: '🚀'.repeat(100) }],
    ['another schema', { $schema: 'https://example.com/other' }],
    ['unknown members', { futureMember: null }],
    ['a repository', { repository: { url: 'https://x.example/y', source: 'github', id: '', subfolder: 's' } }],
    ['neither packages nor remotes', { packages: [], remotes: [] }],
    ['a stdio transport with anything besides', transport({ type: 'stdio', url: 5 })],
    ['a package over HTTP', transport({ type: 'sse', url: 'http://localhost:{port}/x', variables: 5 })],
    ['a checksum', npm({ fileSha256: 'a1'.repeat(32), registryBaseUrl: 'https://registry.example' })],
    ['a named argument', argument({ type: 'named', name: '--x', isRepeated: true, format: 'filepath' })],
    ['a positional argument with a value', argument({ type: 'positional', value: '' })],
    ['a positional argument with a hint', argument({ type: 'positional', valueHint: 'path' })],
    ['a variable', variable({ name: 'A', isRequired: false, choices: [], variables: { v: { isSecret: true } } })],
    ['a remote with variables', remote({ type: 'sse', url: 'https://{t}.x.example/s', variables: { t: {} } })],
    [
      'an icon',
      icon({ src: 'https://x.example/i.png', mimeType: 'image/png', sizes: ['48x48', 'any'], theme: 'dark' }),
    ],
    ['other metadata', { _meta: { 'com.vendor/x': 5 } }],
  ])('takes a server with %s', (_what, overrides) => {
    expect(check(SERVER_RULE, newServer(overrides))).toBeUndefined();
  });

  it.each<[string, JsonRecord]>([
    ['name is required', { name: undefined }],
    ['name must be a string', { name: null }],
    ['name must have at least 3 characters', { name: '' }],
    ['name must have at most 200 characters', { name: `io/${'x'.repeat(198)}` }],
    ['name must match ^[a-zA-Z0-9.-]+\\/[a-zA-Z0-9._-]+$', { name: 'noslash' }],
    ['name must match ^[a-zA-Z0-9.-]+\\/[a-zA-Z0-9._-]+$', { name: 'a/b/c' }],
    ['name must match ^[a-zA-Z0-9.-]+\\/[a-zA-Z0-9._-]+$', { name: 'io.x/a\n' }],
    ['description is required', { description: undefined }],
    ['description must not be empty', { description: '' }],
    ['description must have at most 100 characters', { description: 'x'.repeat(101) }],
    ['description must have at most 100 characters', { description: '🚀'.repeat(101) }],
    ['version is required', { version: undefined }],
    ['version must be a string', { version: 5 }],
    ['version must have at most 255 characters', { version: '1'.repeat(256) }],
    ['title must not be empty', { title: '' }],
    ['title must have at most 100 characters', { title: 'x'.repeat(101) }],
    ['websiteUrl must be a URI', { websiteUrl: 'x y' }],
    ['websiteUrl must be a URI', { websiteUrl: '/relative' }],
    ['websiteUrl must be a URI', { websiteUrl: 'https://x/%zz' }],
    ['$schema must be a URI', { $schema: 'x' }],
    ['repository must be an object', { repository: [] }],
    ['repository.url is required', { repository: {} }],
    ['repository.source is required', { repository: { url: 'https://x.example' } }],
    ['repository.url must be a URI', { repository: { url: 'x', source: 'github' } }],
    ['packages must be an array', { packages: {} }],
    ['packages.0 must be an object', { packages: ['x'] }],
    ['packages.0.registryType is required', { packages: [{}] }],
    ['packages.0.identifier is required', { packages: [{ registryType: 'npm' }] }],
    ['packages.0.transport is required', { packages: [{ registryType: 'npm', identifier: 'x' }] }],
    ['packages.0.version must not be empty', npm({ version: '' })],
    ['packages.0.version must not be "latest"', npm({ version: 'latest' })],
    ['packages.0.fileSha256 must match ^[a-f0-9]{64}$', npm({ fileSha256: 'A'.repeat(64) })],
    ['packages.0.registryBaseUrl must be a URI', npm({ registryBaseUrl: 'x' })],
    ['packages.0.transport.type is required', transport({})],
    ['packages.0.transport.type must be one of "stdio", "streamable-http", "sse"', transport({ type: 'http' })],
    ['packages.0.transport.url is required', transport({ type: 'sse' })],
    ['packages.0.transport.url must match ^https?:\\/\\/[^\\s]+$', transport({ type: 'sse', url: 'http://a b' })],
    ['packages.0.transport.headers.0.name is required', transport({ type: 'sse', url: 'http://a', headers: [{}] })],
    ['packages.0.packageArguments.0.type is required', argument({ name: 'x' })],
    ['packages.0.packageArguments.0.type must be one of "named", "positional"', argument({ type: 'x' })],
    ['packages.0.packageArguments.0.name is required', argument({ type: 'named' })],
    ['packages.0.packageArguments.0.value is required (or valueHint)', argument({ type: 'positional' })],
    [
      'packages.0.packageArguments.0.isRepeated must be a boolean',
      argument({ type: 'named', name: 'x', isRepeated: 1 }),
    ],
    ['packages.0.environmentVariables.0.name is required', variable({})],
    [
      'packages.0.environmentVariables.0.format must be one of "string", "number", "boolean", "filepath"',
      variable({ name: 'x', format: 'url' }),
    ],
    ['packages.0.environmentVariables.0.choices.1 must be a string', variable({ name: 'x', choices: ['a', 1] })],
    ['packages.0.environmentVariables.0.variables.v must be an object', variable({ name: 'x', variables: { v: 1 } })],
    ['remotes.0.type must be one of "streamable-http", "sse"', remote({ type: 'stdio' })],
    ['remotes.0.url must match ^https?:\\/\\/[^\\s]+$', remote({ type: 'sse', url: 'ftp://x' })],
    ['remotes.0.variables must be an object', remote({ type: 'sse', url: 'https://x', variables: [] })],
    ['icons.0.src is required', icon({})],
    ['icons.0.src must have at most 255 characters', icon({ src: `https://x/${'y'.repeat(250)}` })],
    [
      'icons.0.mimeType must be one of "image/png", "image/jpeg", "image/jpg", "image/svg+xml", "image/webp"',
      icon({ src: 'https://x.example/z.gif', mimeType: 'image/gif' }),
    ],
    ['icons.0.theme must be one of "light", "dark"', icon({ src: 'https://x', theme: 'blue' })],
    ['icons.0.sizes.0 must match ^(\\d+x\\d+|any)$', icon({ src: 'https://x', sizes: ['big'] })],
    ['_meta must be an object', { _meta: [] }],
  ])('says %j', (expected, overrides) => {
    expect(check(SERVER_RULE, newServer(overrides))).toBe(expected);
  });

  it('refuses what is no object', () => {
    for (const value of [null, [], 'x', 5]) expect(check(SERVER_RULE, value)).toBe('the value must be an object');
  });
});

describe('the rule for publisher-provided metadata', () => {
  const path = '_meta.io.modelcontextprotocol.registry/publisher-provided';
  const stacklok = (extension: unknown) => ({ 'io.github.stacklok': { id: extension } });
  const extension = (members: JsonRecord) => stacklok({ status: 'active', ...members });

  it.each<[string, unknown]>([
    ['anything under another namespace', { 'com.other': { k: { tags: ['Any Thing'] } } }],
    ['an extension with a status alone', extension({})],
    ['a status in title case', stacklok({ status: 'Deprecated' })],
    [
      'all members of an extension',
      extension({
        tier: 'Official',
        tags: ['database', 'sql-2'],
        tools: ['get_it', 'get-it'],
        overview: '# Text',
        tool_definitions: [{ name: 'get_it', inputSchema: {} }],
        metadata: { stars: 1, last_updated: '2026-01-01T00:00:00Z', kubernetes: { namespace: 'a-b' } },
        permissions: { network: { outbound: { allow_host: ['a.example', '.b.example'], allow_port: [443] } } },
        args: ['--x'],
        provenance: { sigstore_url: 'tuf.example', attestation: { predicate: 5 } },
        docker_tags: ['latest'],
        proxy_port: 8080,
        stateless: false,
        oauth_config: { issuer: 'https://idp.example', oauth_params: { prompt: 'login' } },
        env_vars: [{ name: 'A_B', required: true }],
        custom_metadata: { any: [1] },
        somethingNew: 1,
      }),
    ],
  ])('takes %s', (_what, publisher) => {
    expect(check(SERVER_RULE, newServerWithMeta(publisher))).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['must be an object', 'text'],
    ['other must be an object', { other: 'text' }],
    ['io.github.stacklok.id must be an object', stacklok([])],
    ['io.github.stacklok.id.status is required', stacklok({ tags: ['xx'] })],
    [
      'io.github.stacklok.id.status must be one of "active", "deprecated", "Active", "Deprecated"',
      stacklok({ status: 'ACTIVE' }),
    ],
    ['io.github.stacklok.id.tier must be one of "Official", "Community"', extension({ tier: 'Gold' })],
    ['io.github.stacklok.id.tags.0 must match ^[a-z0-9][a-z0-9_-]*[a-z0-9]$', extension({ tags: ['a b'] })],
    ['io.github.stacklok.id.tags.0 must match ^[a-z0-9][a-z0-9_-]*[a-z0-9]$', extension({ tags: ['a'] })],
    ['io.github.stacklok.id.tags must not hold a value twice', extension({ tags: ['aa', 'aa'] })],
    ['io.github.stacklok.id.tools.0 must match ^[\\w-]+$', extension({ tools: ['a.b'] })],
    ['io.github.stacklok.id.proxy_port must be an integer', extension({ proxy_port: 1.5 })],
    ['io.github.stacklok.id.proxy_port must be at most 65535', extension({ proxy_port: 70_000 })],
    ['io.github.stacklok.id.metadata.stars must be at least 0', extension({ metadata: { stars: -1 } })],
    ['io.github.stacklok.id.metadata.stars must be a number', extension({ metadata: { stars: '1' } })],
    ['io.github.stacklok.id.stateless must be a boolean', extension({ stateless: 'no' })],
    [
      'io.github.stacklok.id.env_vars.0.name must match ^[A-Za-z_][A-Za-z0-9_]*$',
      extension({ env_vars: [{ name: '1' }] }),
    ],
    ['io.github.stacklok.id.tool_definitions.0.name is required', extension({ tool_definitions: [{}] })],
    [
      'io.github.stacklok.id.permissions.network.outbound.allow_host.0 must be a host name, or a domain with a leading dot',
      extension({ permissions: { network: { outbound: { allow_host: ['a b'] } } } }),
    ],
    [
      'io.github.stacklok.id.metadata.last_updated must be an RFC 3339 date-time',
      extension({ metadata: { last_updated: 'yesterday' } }),
    ],
  ])('says %j', (expected, publisher) => {
    const separator = expected.startsWith('must') ? ' ' : '.';

    expect(check(SERVER_RULE, newServerWithMeta(publisher))).toBe(`${path}${separator}${expected}`);
  });
});

describe('UPSTREAM_SERVER_RULE', () => {
  it('takes an empty description, as registries write an absent one', () => {
    expect(check(UPSTREAM_SERVER_RULE, newServer({ description: '' }))).toBeUndefined();
  });

  it.each<[string, JsonRecord]>([
    ['version must not be empty', { version: '' }],
    ['name must have at least 3 characters', { name: '' }],
    ['description must have at most 100 characters', { description: 'x'.repeat(101) }],
  ])('says %j', (expected, overrides) => {
    expect(check(UPSTREAM_SERVER_RULE, newServer(overrides))).toBe(expected);
  });
});

describe.each(['skill', 'plugin'] as const)('EXTENSION_RULES.%s', (kind) => {
  const rule = EXTENSION_RULES[kind];

  it.each<[string, JsonRecord]>([
    ['nothing but the necessary', {}],
    ['a commit as version', { version: 'c0ffee' }],
    ['unknown members', { futureMember: [null] }],
    ['empty title and license', { title: '', license: '' }],
    ['an empty package', { packages: [{ registryType: 'oci' }, { registryType: 'git' }] }],
    ['a repository without members', { repository: {} }],
    ['metadata', { metadata: { a: 1 }, _meta: {} }],
    ['an icon', { icons: [{ src: 'any text', size: '32x32' }] }],
  ])('takes one with %s', (_what, overrides) => {
    expect(check(rule, newSkill(overrides))).toBeUndefined();
  });

  it.each<[string, JsonRecord]>([
    ['namespace is required', { namespace: undefined }],
    ['namespace must have at least 3 characters', { namespace: 'io' }],
    ['namespace must have at most 128 characters', { namespace: 'x'.repeat(129) }],
    ['name must match ^[a-z0-9][a-z0-9-]*[a-z0-9]$', { name: 'One' }],
    ['name must match ^[a-z0-9][a-z0-9-]*[a-z0-9]$', { name: 'o' }],
    ['name must have at most 64 characters', { name: 'x'.repeat(65) }],
    ['description must not be empty', { description: '' }],
    ['description must have at most 1024 characters', { description: 'x'.repeat(1025) }],
    ['version must not be empty', { version: '' }],
    ['version is required', { version: undefined }],
    ['status must be one of "active", "deprecated", "archived"', { status: 'ACTIVE' }],
    ['title must have at most 100 characters', { title: 'x'.repeat(101) }],
    ['license must have at most 256 characters', { license: 'x'.repeat(257) }],
    ['packages.0.registryType is required', { packages: [{}] }],
    ['packages.0.registryType must be one of "oci", "git"', { packages: [{ registryType: 'npm' }] }],
    ['packages.0.url must be a URI', { packages: [{ registryType: 'git', url: 'x' }] }],
    ['icons.0.src is required', { icons: [{}] }],
    ['repository.url must be a URI', { repository: { url: 'x' } }],
    ['metadata must be an object', { metadata: [] }],
    ['_meta must be an object', { _meta: null }],
  ])('says %j', (expected, overrides) => {
    expect(check(rule, newSkill(overrides))).toBe(expected);
  });

  it('looks at the members of skills only in skills', () => {
    const isSkill = kind === 'skill';

    expect(check(rule, newSkill({ compatibility: 'x'.repeat(501) })) !== undefined).toBe(isSkill);
    expect(check(rule, newSkill({ allowedTools: ['a', 'a'] }))).toBe(
      isSkill ? 'allowedTools must not hold a value twice' : undefined,
    );
  });
});

describe('Problem', () => {
  it('has a JSON Pointer, which for a missing member is that of its parent', () => {
    const path = ['data', 'a/b~c', 1, 'name'];

    expect(jsonPointer(path)).toBe('/data/a~1b~0c/1/name');
    expect(problemPointer({ path: ['x', 'y'], text: 'must be a string' }, '/base')).toBe('/base/x/y');
    expect(problemPointer({ path: ['x', 'y'], text: 'is required', isMissing: true }, '/base')).toBe('/base/x');
  });
});
