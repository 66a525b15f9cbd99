import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  newServer,
  newServerWithMeta,
  newSkill,
  OFFICIAL,
  PUBLISHER,
  SERVER_SCHEMA,
  type JsonRecord,
} from '../../test/factories/documents.js';
import { toExtensionDocument, toServerDocument } from './normalise.js';

const served = (server: JsonRecord) => JSON.parse(toServerDocument(server).json);

describe('toServerDocument', () => {
  it('gives everything back as it came', () => {
    const server = newServer({
      title: '',
      futureMember: { a: [1, null, 'x'], empty: [] },
      repository: {},
      icons: [{ src: 'https://x/i.png' }, { src: 'https://x/i.png', theme: 'dark' }],
      packages: [
        { registryType: 'npm', identifier: 'x', version: '2', transport: { type: 'stdio', futureMember: 'y' } },
        { registryType: 'npm', identifier: 'x', version: '1', transport: { type: 'stdio' } },
        { registryType: 'npm', identifier: 'x', version: '1', transport: { type: 'stdio' } },
      ],
      remotes: [
        {
          type: 'streamable-http',
          url: 'https://b',
          variables: { v: { isRequired: false, default: '', choices: [] } },
        },
        { type: 'sse', url: 'https://a' },
      ],
      _meta: { 'com.vendor/x': [{ a: 1 }], [PUBLISHER]: { tool: { float: 0.5, nothing: null } } },
    });

    expect(served(server)).toEqual(server);
  });

  it('always names the current schema', () => {
    const old = 'https://static.modelcontextprotocol.io/schemas/2025-10-17/server.schema.json';

    expect(served(newServer({ $schema: old })).$schema).toBe(SERVER_SCHEMA);
    expect(served(newServer({ $schema: undefined })).$schema).toBe(SERVER_SCHEMA);
  });

  it('always has description and _meta', () => {
    const bare = { name: 'a/b', version: '1' };

    expect(served(bare)).toEqual({ $schema: SERVER_SCHEMA, ...bare, description: '', _meta: {} });
  });

  it('drops the official metadata of the document itself', () => {
    const meta = { [OFFICIAL]: { status: 'deleted' }, 'com.vendor/x': 1 };

    expect(served(newServer({ _meta: meta }))._meta).toEqual({ 'com.vendor/x': 1 });
  });

  it('keeps of repeated remotes the first', () => {
    const remotes = [
      { type: 'sse', url: 'https://a', headers: [{ name: 'first' }] },
      { type: 'streamable-http', url: 'https://a' },
      { type: 'sse', url: 'https://a', headers: [{ name: 'second' }] },
      { type: 'sse', url: 'https://b' },
    ];

    expect(served(newServer({ remotes })).remotes).toEqual([remotes[0], remotes[1], remotes[3]]);
  });

  it('keeps of equal icons the first', () => {
    const icons = [
      { src: 'https://example.com/a.png', sizes: ['48x48'] },
      { src: 'https://example.com/a.png', sizes: ['48x48'], theme: 'dark' },
      { sizes: ['48x48'], src: 'https://example.com/a.png' },
      { src: 'https://example.com/b.png' },
    ];

    expect(served(newServer({ icons })).icons).toEqual([icons[0], icons[1], icons[3]]);
  });

  it('keeps text byte for byte, members named __proto__ included', () => {
    const text = 'Ünïcødé 🚀 "quotes" back\\slash <b>&amp;</b> \u2028';
    const server = JSON.parse(`{"__proto__":{"x":1},"_meta":{"__proto__":2,"${OFFICIAL}":{}}}`);

    const { json } = toServerDocument({ ...newServer({ title: text, _meta: server._meta }), ...server });

    expect(JSON.parse(json).title).toBe(text);
    expect(json).toContain('"__proto__":{"x":1}');
    expect(json).toContain('"_meta":{"__proto__":2}');
  });

  it('does not change what it is given', () => {
    const server = newServer({
      remotes: [
        { type: 'sse', url: 'x' },
        { type: 'sse', url: 'x' },
      ],
      _meta: { [OFFICIAL]: {} },
    });
    const before = structuredClone(server);

    toServerDocument(server);

    expect(server).toEqual(before);
  });

  it('describes the document for the catalogue', () => {
    const document = toServerDocument(newServer({ title: 'T' }), 'deprecated');

    expect(document).toMatchObject({
      kind: 'server',
      namespace: '',
      name: 'io.example/server',
      version: '1.0.0',
      title: 'T',
      description: 'A server',
      status: 'deprecated',
    });
    expect(document.hash).toBe(createHash('sha256').update(document.json).digest('hex'));
    expect(toServerDocument(newServer())).toMatchObject({ title: '', status: 'active' });
  });

  it('takes out what filters look at', () => {
    const server = newServerWithMeta(
      {
        'io.github.stacklok': { a: { tags: ['sql', 'database'] }, b: { tags: ['sql', 5, ''] }, c: 'text' },
        'com.other': { k: { tags: 'no list' }, tags: ['too-high'], deep: { deeper: { tags: ['too-deep'] } } },
        text: 'no object',
      },
      {
        packages: [
          { registryType: 'oci', identifier: 'x', transport: { type: 'stdio' } },
          { registryType: 'oci', identifier: 'y', transport: { type: 'sse', url: 'http://x' } },
          { registryType: 'npm', identifier: 'z', transport: { type: 'stdio' } },
        ],
        remotes: [{ type: 'streamable-http', url: 'https://x' }],
      },
    );

    expect(toServerDocument(server).facets).toEqual({
      tags: ['sql', 'database'],
      transports: ['stdio', 'sse', 'streamable-http'],
      registryTypes: ['oci', 'npm'],
      kinds: ['package', 'remote'],
    });
    expect(toServerDocument(newServer({ packages: [] })).facets).toEqual({
      tags: [],
      transports: [],
      registryTypes: [],
      kinds: [],
    });
  });
});

describe.each(['skill', 'plugin'] as const)('toExtensionDocument of a %s', (kind) => {
  const served = (extension: JsonRecord) => JSON.parse(toExtensionDocument(kind, extension).json);

  it('gives everything back as it came', () => {
    const extension = newSkill({
      status: 'ARCHIVED',
      title: 'T',
      license: 'MIT',
      repository: { url: 'https://x', type: '' },
      icons: [{ src: 'b', size: '' }, { src: 'a' }],
      metadata: {},
      _meta: { a: [null] },
      futureMember: { x: '' },
    });

    expect(served(extension)).toEqual(extension);
  });

  it.each([
    [undefined, 'ACTIVE'],
    ['', 'ACTIVE'],
    ['active', 'ACTIVE'],
    ['Deprecated', 'DEPRECATED'],
    ['archived', 'ARCHIVED'],
  ] as const)('writes the status %s as %s', (status, expected) => {
    const document = toExtensionDocument(kind, newSkill({ status }));

    expect(JSON.parse(document.json).status).toBe(expected);
    expect(document.facets.status).toBe(expected);
    expect(document.status).toBe('active');
  });

  it('leaves out empty title, license and packages', () => {
    expect(served(newSkill({ title: '', license: '', packages: [] }))).toEqual({ ...newSkill(), status: 'ACTIVE' });
  });

  it('puts OCI packages before git ones and leaves their empty members out', () => {
    const packages = [
      { registryType: 'git', url: 'https://g', ref: '', commit: 'c', extra: '' },
      { registryType: 'oci', identifier: 'b', digest: '' },
      { registryType: 'git', url: 'https://h', subfolder: '' },
      { registryType: 'oci', identifier: 'a', mediaType: 'm' },
    ];

    expect(served(newSkill({ packages })).packages).toEqual([
      { registryType: 'oci', identifier: 'b' },
      { registryType: 'oci', identifier: 'a', mediaType: 'm' },
      { registryType: 'git', url: 'https://g', commit: 'c', extra: '' },
      { registryType: 'git', url: 'https://h' },
    ]);
  });

  it('has compatibility and allowedTools only in skills', () => {
    const document = served(newSkill({ compatibility: '', allowedTools: ['b', 'a'] }));

    expect('compatibility' in document).toBe(kind === 'skill');
    expect(document.allowedTools).toEqual(kind === 'skill' ? ['b', 'a'] : undefined);
  });

  it('has a description even when it came without', () => {
    expect(served(newSkill({ description: undefined })).description).toBe('');
  });

  it('describes the document for the catalogue', () => {
    const document = toExtensionDocument(kind, newSkill({ title: 'T', packages: [{ registryType: 'git' }] }));

    expect(document).toMatchObject({
      kind,
      namespace: 'io.example',
      name: 'skill-one',
      version: '1.0.0',
      title: 'T',
      description: 'A skill',
      facets: { tags: [], transports: [], registryTypes: ['git'], kinds: ['package'], status: 'ACTIVE' },
    });
  });
});
