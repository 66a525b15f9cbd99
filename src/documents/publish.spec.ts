import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../common/errors.js';
import { newServer, newServerWithMeta, newSkill, OFFICIAL, type JsonRecord } from '../../test/factories/documents.js';
import {
  checkPublishedShape,
  parsePublishedPlugin,
  parsePublishedServer,
  parsePublishedSkill,
  publishedBody,
} from './publish.js';

const STAMP = {
  id: 'c5350b82-86cd-45ac-9fb1-fa9ed9b543c8',
  createdAt: '2026-01-01T00:00:00.000001Z',
  updatedAt: '2026-01-02T00:00:00Z',
  isLatest: true,
};

const publish = (server: unknown) => parsePublishedServer(server, { maxMetaSize: 1000 });

describe('parsePublishedServer', () => {
  it('needs a name and a version only', () => {
    const document = publish({ name: 'io.pub/min', version: '1.0.0' });

    expect(JSON.parse(document.json)).toMatchObject({
      name: 'io.pub/min',
      version: '1.0.0',
      description: '',
      _meta: {},
    });
  });

  it('is free in what documents of sources are not', () => {
    const server = newServer({
      description: 'x'.repeat(500),
      title: '',
      websiteUrl: 'no uri',
      repository: {},
      remotes: [{ type: 'carrier-pigeon' }],
      packages: [{ transport: {} }],
      _meta: { [OFFICIAL]: { status: 'x' }, 'io.modelcontextprotocol.registry/publisher-provided': { a: 1 } },
      status: 5,
    });

    const document = JSON.parse(publish(server).json);

    expect(document).toEqual({ ...server, _meta: { 'io.modelcontextprotocol.registry/publisher-provided': { a: 1 } } });
  });

  it('takes null members for absent ones, but not inside unknown and publisher-provided ones', () => {
    const server = {
      ...newServerWithMeta({ a: null }, { unknown: null }),
      title: null,
      repository: { url: 'https://x', id: null, more: null },
      packages: [{ registryType: 'npm', runtimeHint: null, transport: { type: 'stdio', url: null, headers: null } }],
      remotes: null,
    };

    const document = JSON.parse(publish(server).json);

    expect(document).toEqual({
      ...newServerWithMeta({ a: null }, { unknown: null }),
      repository: { url: 'https://x', more: null },
      packages: [{ registryType: 'npm', transport: { type: 'stdio' } }],
    });
  });

  it.each(['', 'plain', 'io.x/a/b', '/a', 'io.x/', '.io/a', 'io_x/a', 'io.x/-a', 'io.x/a b', ' io.x/a', 'io.x/a '])(
    'refuses the name %j',
    (name) => {
      expect(() => publish(newServer({ name }))).toThrow(new InvalidInputError(`invalid server name: ${name}`));
    },
  );

  it('refuses a missing name', () => {
    expect(() => publish({ version: '1' })).toThrow(new InvalidInputError('invalid server name: '));
  });

  it.each(['1.0.0', 'v1.0.0', '1.0.0+b1', '2.0.0-rc.1', 'abc', '1.0.0-x.1', '2026-01-01', 'x1', 'v'.repeat(255)])(
    'takes the version %s',
    (version) => {
      expect(publish(newServer({ version })).version).toBe(version);
    },
  );

  it.each<[unknown, string]>([
    [undefined, 'version is required'],
    ['', 'version is required'],
    ['latest', 'version must name a version; "latest" is a keyword'],
    ['LATEST', 'version must name a version; "latest" is a keyword'],
    ['^1.2.3', 'version must name one version, not a range'],
    ['~1.2', 'version must name one version, not a range'],
    ['>=1.0.0', 'version must name one version, not a range'],
    ['<2', 'version must name one version, not a range'],
    ['=1.0.0', 'version must name one version, not a range'],
    ['1.x', 'version must name one version, not a range'],
    ['1.X-beta', 'version must name one version, not a range'],
    ['1.*', 'version must name one version, not a range'],
    ['*', 'version must name one version, not a range'],
    ['.', "version must not be '.' or '..'"],
    ['..', "version must not be '.' or '..'"],
    ['1.0 0', 'version must not contain white space or control characters'],
    [' 1.0.0', 'version must not contain white space or control characters'],
    ['1.0.0\n', 'version must not contain white space or control characters'],
    ['1.0.0\u0007', 'version must not contain white space or control characters'],
    ['v'.repeat(256), 'version must have at most 255 characters'],
  ])('refuses the version %j', (version, message) => {
    expect(() => publish(newServer({ version }))).toThrow(new InvalidInputError(message));
  });

  it('refuses publisher-provided metadata above the limit', () => {
    expect(() => publish(newServerWithMeta({ a: 'x'.repeat(1000) }))).toThrow(
      /^_meta\.io\.modelcontextprotocol\.registry\/publisher-provided is 1008 bytes long, which exceeds maximum allowed size of 1000 bytes$/,
    );
  });
});

describe('checkPublishedShape of a server', () => {
  it.each<[unknown, string]>([
    ['text', 'server must be an object'],
    [[], 'server must be an object'],
    [newServer({ version: 5 }), 'server.version must be a string'],
    [newServer({ name: {} }), 'server.name must be a string'],
    [newServer({ packages: {} }), 'server.packages must be an array'],
    [newServer({ packages: [null] }), 'server.packages.0 must be an object'],
    [newServer({ packages: [{ transport: 'stdio' }] }), 'server.packages.0.transport must be an object'],
    [newServer({ packages: [{ transport: { url: 5 } }] }), 'server.packages.0.transport.url must be a string'],
    [
      newServer({ packages: [{ packageArguments: [{ isRepeated: 'no' }] }] }),
      'server.packages.0.packageArguments.0.isRepeated must be a boolean',
    ],
    [
      newServer({ remotes: [{ headers: [{ choices: [1] }] }] }),
      'server.remotes.0.headers.0.choices.0 must be a string',
    ],
    [newServer({ icons: [{ sizes: '1x1' }] }), 'server.icons.0.sizes must be an array'],
    [newServer({ _meta: 'x' }), 'server._meta must be an object'],
    [newServerWithMeta([]), 'server._meta.io.modelcontextprotocol.registry/publisher-provided must be an object'],
  ])('refuses %j', (value, message) => {
    expect(() => checkPublishedShape('server', value)).toThrow(
      new InvalidInputError(`invalid request body: ${message}`),
    );
    expect(() => publish(value)).toThrow(`invalid request body: ${message}`);
  });
});

describe.each([
  ['skill', parsePublishedSkill],
  ['plugin', parsePublishedPlugin],
] as const)('parsing a published %s', (kind, parse) => {
  it('keeps what was sent, without what is overruled', () => {
    const sent = newSkill({
      status: 'Deprecated',
      title: 'T',
      repository: { url: 'https://example.com/r', type: 'git' },
      packages: [{ registryType: 'oci', identifier: 'x' }],
      metadata: { a: [1] },
    });
    const overruled = {
      id: 'mine',
      isLatest: false,
      createdAt: '2020-01-01T00:00:00Z',
      updatedAt: '2020-01-01T00:00:00Z',
    };

    const document = parse({ ...sent, ...overruled });

    expect(document.kind).toBe(kind);
    expect(JSON.parse(document.json)).toEqual({ ...sent, status: 'DEPRECATED' });
  });

  it('has no repository when none was sent, and takes null for absent', () => {
    const document = parse({ ...newSkill(), repository: null, status: null, createdAt: null });

    expect(JSON.parse(document.json)).toEqual({ ...newSkill(), status: 'ACTIVE' });
  });

  it.each<[JsonRecord, string]>([
    [{ icons: 'x' }, 'icons must be an array'],
    [{ metadata: [] }, 'metadata must be an object'],
    [{ createdAt: 'yesterday' }, 'createdAt must be an RFC 3339 date-time'],
    [{ updatedAt: 5 }, 'updatedAt must be a string'],
    [{ isLatest: 'yes' }, 'isLatest must be a boolean'],
    [{ packages: {} }, 'packages must be an array'],
    [{ version: 1 }, 'version must be a string'],
    [{ repository: 'x' }, 'repository must be an object'],
    [{ _meta: 'x' }, '_meta must be an object'],
  ])('refuses %j as a wrong body', (overrides, message) => {
    const value = newSkill(overrides);

    expect(() => parse(value)).toThrow(new InvalidInputError(`invalid request body: ${kind}.${message}`));
  });

  it.each<[JsonRecord, string]>([
    [{ namespace: undefined }, 'namespace is required'],
    [{ namespace: '' }, 'namespace is required'],
    [{ name: undefined }, 'name is required'],
    [{ version: '' }, 'version is required'],
    [{ namespace: '..' }, "namespace must not be '.' or '..'"],
    [{ name: '.' }, "name must not be '.' or '..'"],
    [{ version: '..' }, "version must not be '.' or '..'"],
    [{ version: 'a b' }, 'version must not contain white space or control characters'],
    [{ version: 'Latest' }, 'version must name a version; "latest" is a keyword'],
    [{ version: '^1.0.0' }, 'version must name one version, not a range'],
    [{ version: '1.x' }, 'version must name one version, not a range'],
    [{ version: 'v'.repeat(256) }, 'version must have at most 255 characters'],
    ...['a b', ' a', 'a\tb', 'a/b', 'a\u0001'].flatMap((text): [JsonRecord, string][] => [
      [{ name: text }, 'name must not contain white space, control characters or slashes'],
      [{ namespace: text }, 'namespace must not contain white space, control characters or slashes'],
    ]),
    [{ name: 'x'.repeat(256) }, 'name must have at most 255 characters'],
    [{ status: 'bogus' }, 'status must be one of "active", "deprecated", "archived"'],
    [{ packages: [{ registryType: 'npm' }] }, 'packages.0.registryType must be one of "oci", "git"'],
    [{ packages: [{ registryType: 'oci' }, {}] }, 'packages.1.registryType must be one of "oci", "git"'],
  ])('refuses %j', (overrides, message) => {
    expect(() => parse(newSkill(overrides))).toThrow(new InvalidInputError(message));
  });

  it('is answered with what the registry adds', () => {
    const document = parse(newSkill());
    const answer = {
      ...newSkill(),
      status: 'ACTIVE',
      repository: {},
      id: STAMP.id,
      createdAt: STAMP.createdAt,
      updatedAt: STAMP.updatedAt,
    };

    expect(JSON.parse(publishedBody(document, STAMP))).toEqual({ ...answer, isLatest: true });
    expect(JSON.parse(publishedBody(document, { ...STAMP, isLatest: false }))).toEqual(answer);
  });

  it('is answered with the repository that was sent', () => {
    const document = parse(newSkill({ repository: { url: 'https://x' } }));

    expect(JSON.parse(publishedBody(document, STAMP)).repository).toEqual({ url: 'https://x' });
  });
});

describe('publishedBody of a server', () => {
  it('is the document alone', () => {
    const document = publish(newServer());

    expect(publishedBody(document, STAMP)).toBe(document.json);
  });
});
