import { describe, expect, it } from 'vitest';
import {
  newRegistryDocument,
  newServer,
  newServerWithMeta,
  newSkill,
  toBytes,
  type JsonRecord,
} from '../../test/factories/documents.js';
import { DocumentError, type ParsedDocument } from './parsed-document.js';
import { parseRegistryDocument, type ParseOptions } from './registry-document.js';

const MAX_META_SIZE = 262_144;

function parse(document: unknown, options: Partial<ParseOptions> = {}): ParsedDocument {
  const bytes = document instanceof Uint8Array ? document : toBytes(document);
  return parseRegistryDocument(bytes, { onInvalidEntry: 'fail', maxMetaSize: MAX_META_SIZE, ...options });
}

function refusal(document: unknown, options: Partial<ParseOptions> = {}): DocumentError {
  try {
    parse(document, options);
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  throw new Error('the document was accepted');
}

const ids = ({ entries }: ParsedDocument) => entries.map((entry) => `${entry.kind} ${entry.name}@${entry.version}`);
const servers = (...list: unknown[]) => newRegistryDocument({ servers: list });
const bad = (index: number) => newServer({ name: `io.example/bad${index}`, description: 5 });

describe('parseRegistryDocument', () => {
  it('gives servers, skills and plugins in document order', () => {
    const document = newRegistryDocument({
      plugins: [newSkill({ name: 'plug' })],
      skills: [newSkill({ name: 'same' }), newSkill({ name: 'same', namespace: 'io.other' })],
      servers: [newServer({ name: 'io.example/b' }), newServer({ name: 'io.example/a', version: '2.0.0' })],
    });

    const parsed = parse(document);

    expect(ids(parsed)).toEqual([
      'server io.example/b@1.0.0',
      'server io.example/a@2.0.0',
      'skill same@1.0.0',
      'skill same@1.0.0',
      'plugin plug@1.0.0',
    ]);
    expect(parsed.entries.map((entry) => entry.namespace)).toEqual(['', '', 'io.example', 'io.other', 'io.example']);
    expect([parsed.rejected, parsed.rejectedCount]).toEqual([[], 0]);
  });

  it.each<[string, unknown]>([
    ['no $schema', newRegistryDocument()],
    ['another $schema', newRegistryDocument(undefined, { $schema: 'https://example.com/other' })],
    ['any three-part version', newRegistryDocument(undefined, { version: '9.9.9' })],
    ['unknown members', newRegistryDocument(undefined, { extra: true, servers: [1], remote_servers: null })],
    ['groups', newRegistryDocument({ servers: [newServer()], groups: [{ servers: [{ name: 'in-group' }] }] })],
    ['a byte-order mark', `\ufeff${JSON.stringify(newRegistryDocument())}`],
    ['white space around it', ` \r\n\t${JSON.stringify(newRegistryDocument(), null, 2)}\n`],
    ['empty lists besides', newRegistryDocument({ servers: [newServer()], skills: [], plugins: [] })],
  ])('takes a document with %s', (_what, document) => {
    expect(ids(parse(document))).toEqual(['server io.example/server@1.0.0']);
  });

  it('takes a document of skills or plugins alone', () => {
    expect(ids(parse(newRegistryDocument({ servers: [], skills: [newSkill()] })))).toEqual(['skill skill-one@1.0.0']);
    expect(ids(parse(newRegistryDocument({ servers: [], plugins: [newSkill()] })))).toEqual(['plugin skill-one@1.0.0']);
  });

  it('names all members that the root lacks together', () => {
    expect(refusal({}).message).toContain('version is required; meta is required; data is required');
  });

  it.each<[string, unknown]>([
    ['an upstream', servers()],
    ['a ToolHive', { servers: {} }],
  ])('takes %s document without entries only when it may be empty', (_what, document) => {
    expect(ids(parse(document, { mayBeEmpty: true }))).toEqual([]);
    expect(refusal(document).message).toContain('at least one server');
  });

  const one = JSON.stringify(newRegistryDocument());

  it.each<[string, unknown, RegExp]>([
    ['an empty file', '', /data cannot be empty/],
    ['a byte-order mark alone', '\ufeff', /not valid JSON/],
    ['text that is not JSON', '{nope', /not valid JSON/],
    ['YAML', 'version: "1.0.0"\n', /not valid JSON/],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), /not valid UTF-8/],
    ['a JSON array', '[]', /document must be an object/],
    ['null', 'null', /document must be an object/],
    ['text after the JSON value', `${one} x`, /not valid JSON/],
    ['broken JSON inside an entry', one.replace('"A server"', 'A server'), /data\.servers\.0 is not valid JSON/],
    ['broken JSON inside an ignored member', `{"x":[nope],${one.slice(1)}`, /x is not valid JSON/],
    ['broken JSON inside groups', one.replace('"data":{', '"data":{"groups":[1,],'), /data\.groups is not valid JSON/],
    ['no version', newRegistryDocument(undefined, { version: undefined }), /version is required/],
    ['a version of two parts', newRegistryDocument(undefined, { version: '1.0' }), /version must match/],
    ['a version that is a number', newRegistryDocument(undefined, { version: 1 }), /version must be a string/],
    ['no meta', newRegistryDocument(undefined, { meta: undefined }), /meta is required/],
    ['no meta.last_updated', newRegistryDocument(undefined, { meta: {} }), /meta\.last_updated is required/],
    [
      'no date',
      newRegistryDocument(undefined, { meta: { last_updated: 'yesterday' } }),
      /meta\.last_updated must be an/,
    ],
    ['a $schema that is no URI', newRegistryDocument(undefined, { $schema: 'x y' }), /\$schema must be a URI/],
    ['no data', newRegistryDocument(undefined, { data: undefined }), /data is required/],
    ['data that is an array', newRegistryDocument(undefined, { data: [] }), /data must be an object/],
    ['no data.servers', newRegistryDocument({ skills: [newSkill()] }), /data\.servers is required/],
    ['data.servers null', newRegistryDocument({ servers: null }), /data\.servers must be an array/],
    ['data.servers an object', newRegistryDocument({ servers: {} }), /data\.servers must be an array/],
    ['skills null', newRegistryDocument({ servers: [newServer()], skills: null }), /data\.skills must be an array/],
    ['plugins null', newRegistryDocument({ servers: [newServer()], plugins: null }), /data\.plugins must be an array/],
    ['no entry at all', servers(), /at least one server/],
    ['an entry that is no object', servers(newServer(), 5), /data\.servers\.1 must be an object/],
    ['a bad server', servers(newServer(), newServer({ name: 'noslash' })), /data\.servers\.1\.name must match/],
    ['a bad skill', newRegistryDocument({ servers: [], skills: [newSkill({ name: 'One' })] }), /data\.skills\.0\.name/],
    [
      'a bad plugin',
      newRegistryDocument({ servers: [], plugins: [newSkill({ version: '' })] }),
      /data\.plugins\.0\.version/,
    ],
  ])('refuses %s', (_what, document, message) => {
    const error = refusal(document);

    expect(error.message).toMatch(/^registry schema validation failed: /);
    expect(error.message).toMatch(message);
    expect(error.failure).toBe('validation');
  });

  it('names the first five problems and counts the rest', () => {
    const error = refusal(servers(...Array.from({ length: 8 }, (_, index) => bad(index))));

    expect(error.message).toBe(
      `registry schema validation failed: ${[0, 1, 2, 3, 4].map((index) => `data.servers.${index}.description must be a string`).join('; ')}; and 3 more`,
    );
  });

  it('keeps integers up to 2^53 and makes only the entry of a longer one invalid', () => {
    const text = JSON.stringify(servers(newServer({ n: 'A' }), newServer({ name: 'io.example/big', n: { m: 'B' } })));
    const document = text.replace('"A"', '9007199254740991').replace('"B"', '9007199254740993');

    expect(refusal(document).message).toContain('data.servers.1.n.m is an integer beyond 2^53');
    const parsed = parse(document, { onInvalidEntry: 'skip' });
    expect(parsed.entries.map((entry) => JSON.parse(entry.json).n)).toEqual([9007199254740991]);
    expect(parsed.rejected.map((entry) => entry.path)).toEqual(['/data/servers/1/n/m']);
  });

  it('does not mind long integers outside the entries', () => {
    const document = one.replace('"meta"', '"n":9007199254740993,"meta"');

    expect(ids(parse(document))).toHaveLength(1);
  });

  it.each(['x\u0000', '\ud800'])('makes an entry with the text %j invalid', (title) => {
    expect(refusal(servers(newServer({ title }))).message).toContain('data.servers.0.title must');
  });

  describe('publisher-provided metadata', () => {
    const sized = (bytes: number) =>
      newServerWithMeta({ other: { x: 'y'.repeat(bytes - '{"other":{"x":""}}'.length) } });

    it('may be exactly as long as the limit', () => {
      expect(ids(parse(servers(sized(MAX_META_SIZE))))).toHaveLength(1);
    });

    it('fails as a storage failure above it', () => {
      const error = refusal(servers(sized(MAX_META_SIZE + 1)));

      expect(error.failure).toBe('storage');
      expect(error.message).toMatch(
        /publisher-provided is 262145 bytes .* exceeds maximum allowed size of 262144 bytes/,
      );
    });

    it('is measured in bytes, not characters', () => {
      const wide = newServerWithMeta({ other: { x: 'ü'.repeat(100) } });

      expect(() => parse(servers(wide), { maxMetaSize: 217 })).toThrow('is 218 bytes long');
      expect(ids(parse(servers(wide), { maxMetaSize: 218 }))).toHaveLength(1);
    });

    it('is a reason to leave the entry out under skip', () => {
      const parsed = parse(servers(newServer(), sized(MAX_META_SIZE + 1)), { onInvalidEntry: 'skip' });

      expect(parsed.rejected[0]?.path).toBe(
        '/data/servers/1/_meta/io.modelcontextprotocol.registry~1publisher-provided',
      );
    });
  });

  describe('duplicates', () => {
    const first = newServer({ name: 'io.example/d', version: '1.2.3' });
    const reordered = Object.fromEntries(Object.entries(first).toReversed());
    const other = { ...first, description: 'other' };

    it('are collapsed when they are identical, whatever the order of members', () => {
      const parsed = parse(servers(first, reordered, newServer(), first));

      expect(ids(parsed)).toEqual(['server io.example/d@1.2.3', 'server io.example/server@1.0.0']);
      expect(parsed.rejectedCount).toBe(0);
    });

    it('fail with name, version and places when they differ', () => {
      const error = refusal(servers(first, newServer(), other));

      expect(error.failure).toBe('storage');
      expect(error.message).toBe(
        'server io.example/d@1.2.3 is given more than once with different content (data.servers.0, data.servers.2)',
      );
    });

    it('give way to invalid entries in the message', () => {
      expect(refusal(servers(first, other, bad(1))).failure).toBe('validation');
    });

    it('are all left out under skip, identical copies too', () => {
      const document = servers(
        newServer(),
        first,
        other,
        reordered,
        newServer({ version: '2' }),
        newServer({ version: '3' }),
      );

      const parsed = parse(document, { onInvalidEntry: 'skip' });

      expect(ids(parsed).map((id) => id.split('@')[1])).toEqual(['1.0.0', '2', '3']);
      expect(parsed.rejected.map(({ name, version, path }) => [name, version, path])).toEqual(
        [1, 2, 3].map((index) => ['io.example/d', '1.2.3', `/data/servers/${index}`]),
      );
      expect(parsed.rejected[0]?.reason).toContain('more than once with different content');
    });

    it('are told apart by kind, namespace, name and version', () => {
      const document = newRegistryDocument({
        servers: [newServer(), newServer({ version: '1.0' })],
        skills: [newSkill(), newSkill({ namespace: 'io.other' }), newSkill({ version: '2' })],
        plugins: [newSkill({ description: 'a plugin' })],
      });

      expect(parse(document).entries).toHaveLength(6);
    });
  });

  describe('with onInvalidEntry skip', () => {
    it('leaves invalid entries out and says where they are', () => {
      const document = newRegistryDocument({
        servers: [newServer({ version: '1' }), bad(1), newServer({ version: '2' }), newServer({ version: '3' })],
        skills: [newSkill({ name: 'a1' }), newSkill({ description: undefined }), newSkill({ name: 'a2' })],
      });

      const parsed = parse(document, { onInvalidEntry: 'skip' });

      expect(parsed.entries).toHaveLength(5);
      expect(parsed.rejectedCount).toBe(2);
      expect(parsed.rejected).toEqual([
        {
          name: 'io.example/bad1',
          version: '1.0.0',
          path: '/data/servers/1/description',
          reason: 'description must be a string',
        },
        { name: 'skill-one', version: '1.0.0', path: '/data/skills/1', reason: 'description is required' },
      ]);
    });

    it('knows no name of what is no object', () => {
      const parsed = parse(servers(newServer(), 'x'), { onInvalidEntry: 'skip' });

      expect(parsed.rejected).toEqual([
        { name: '', version: '', path: '/data/servers/1', reason: 'the entry must be an object' },
      ]);
    });

    it('refuses a document more than half of which is invalid, and takes one of which it is half', () => {
      expect(parse(servers(newServer(), bad(1)), { onInvalidEntry: 'skip' }).entries).toHaveLength(1);
      const error = refusal(servers(newServer(), bad(1), bad(2)), { onInvalidEntry: 'skip' });
      expect(error.message).toBe(
        'registry schema validation failed: 2 of 3 entries are invalid, which is more than half: data.servers.1.description must be a string; data.servers.2.description must be a string',
      );
    });

    it('still refuses a broken root', () => {
      expect(refusal(newRegistryDocument(undefined, { version: '1' }), { onInvalidEntry: 'skip' }).message).toMatch(
        /version/,
      );
    });

    it('describes no more than 1000 entries, but counts them all', () => {
      const many = Array.from({ length: 1001 }, (_, index) => newServer({ version: `${index}` }));

      const parsed = parse(servers(...many, ...many.map((_, index) => bad(index))), { onInvalidEntry: 'skip' });

      expect([parsed.rejected.length, parsed.rejectedCount]).toEqual([1000, 1001]);
    });
  });
});

describe('the format of a document', () => {
  const image: JsonRecord = { image: 'ghcr.io/x/y:1', description: 'd', transport: 'stdio' };
  const toolhive = { version: '1.0.0', servers: { github: image } };

  it.each<[string, unknown, string]>([
    ['toolhive by an object of servers', toolhive, 'server io.github.stacklok/github@1.0.0'],
    [
      'toolhive by remote servers',
      { remote_servers: { far: { url: 'https://x.example/mcp', transport: 'sse' } } },
      'server io.github.stacklok/far@1.0.0',
    ],
    [
      'upstream by an object of data',
      newRegistryDocument(undefined, { servers: toolhive.servers }),
      'server io.example/server@1.0.0',
    ],
  ])('is found to be %s', (_what, document, expected) => {
    expect(ids(parse(document))).toEqual([expected]);
  });

  it('is what the source says', () => {
    const both = newRegistryDocument(undefined, { servers: toolhive.servers });

    expect(ids(parse(both, { format: 'toolhive' }))).toEqual(['server io.github.stacklok/github@1.0.0']);
    expect(ids(parse(both, { format: 'upstream' }))).toEqual(['server io.example/server@1.0.0']);
    expect(ids(parse(both, { format: null }))).toEqual(['server io.example/server@1.0.0']);
    expect(refusal(toolhive, { format: 'upstream' }).message).toContain('meta is required');
    expect(refusal(newRegistryDocument(), { format: 'toolhive' }).message).toContain('at least one server');
  });

  it('is refused when it is neither', () => {
    expect(refusal({ version: '1.0.0', servers: [] }).message).toContain('meta is required');
  });
});
