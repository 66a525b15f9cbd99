import { describe, expect, it } from 'vitest';
import { newServer, newServerWithMeta, newSkill, OFFICIAL, type JsonRecord } from '../../test/factories/documents.js';
import {
  parseUpstreamItem,
  parseUpstreamPage,
  parseUpstreamPlugin,
  parseUpstreamSkill,
  type UpstreamItem,
} from './upstream-item.js';

const item = (server: unknown, status?: string) => ({
  server,
  _meta: { [OFFICIAL]: { status, isLatest: true }, other: 1 },
});
const read = (value: unknown, maxMetaSize = 1000) => parseUpstreamItem(value, '/servers/3', maxMetaSize);

function rejection(result: UpstreamItem | 'deleted') {
  return result !== 'deleted' && 'rejected' in result ? result.rejected : undefined;
}

function document(result: UpstreamItem | 'deleted') {
  if (result === 'deleted' || !('document' in result)) throw new Error('no document');
  return result.document;
}

describe('parseUpstreamItem', () => {
  it("takes the server and leaves the item's own metadata behind", () => {
    expect(JSON.parse(document(read(item(newServer({ _meta: {} })))).json)).toEqual(newServer({ _meta: {} }));
  });

  it.each([
    [undefined, 'active'],
    ['active', 'active'],
    ['deprecated', 'deprecated'],
    ['something new', 'active'],
  ])('takes the official status %s as %s', (status, expected) => {
    expect(document(read(item(newServer(), status))).status).toBe(expected);
  });

  it('tells of an entry the upstream has deleted, even one that is not valid any more', () => {
    expect(read(item(newServer(), 'deleted'))).toBe('deleted');
    expect(read(item({}, 'deleted'))).toBe('deleted');
  });

  it.each<[string, unknown, string, string]>([
    ['is no object', 'x', '/servers/3', 'the entry must be an object'],
    ['is null', null, '/servers/3', 'the entry must be an object'],
    ['has no server', newServer(), '/servers/3', 'server is required'],
    ['has a null server', { server: null }, '/servers/3', 'server is required'],
    ['has a server that is no object', { server: [] }, '/servers/3/server', 'the entry must be an object'],
    ['has no name', item(newServer({ name: undefined })), '/servers/3/server', 'name is required'],
    [
      'has an empty version',
      item(newServer({ version: '' })),
      '/servers/3/server/version',
      'version must not be empty',
    ],
  ])('rejects an item that %s', (_what, value, path, reason) => {
    expect(rejection(read(value))).toMatchObject({ path, reason });
  });

  it('rejects names without slash, with what it knows of the entry', () => {
    expect(rejection(read(item(newServer({ name: 'no slash here' }))))).toEqual({
      name: 'no slash here',
      version: '1.0.0',
      path: '/servers/3/server/name',
      reason: 'name must match ^[a-zA-Z0-9.-]+\\/[a-zA-Z0-9._-]+$',
    });
  });

  it('rejects metadata above the limit', () => {
    const big = item(newServerWithMeta({ other: { x: 'y'.repeat(1000) } }));

    expect(rejection(read(big))?.reason).toContain('exceeds maximum allowed size of 1000 bytes');
  });

  it('rejects only the item with an integer that cannot be kept', () => {
    const text = JSON.stringify([item(newServer({ n: 'N' })), item(newServer())]).replace('"N"', '9007199254740993');

    const results = (parseUpstreamPage(text) as unknown[]).map((value) => read(value));

    expect(rejection(results[0]!)?.path).toBe('/servers/3/server/n');
    expect(document(results[1]!).name).toBe('io.example/server');
  });
});

describe.each([
  ['skill', parseUpstreamSkill],
  ['plugin', parseUpstreamPlugin],
] as const)('parsing an upstream %s', (kind, parse) => {
  it('takes what a registry of this kind serves, without what it says of its own copy', () => {
    const shown = { id: 'x', isLatest: true, createdAt: 'some time', updatedAt: 'some time' };

    const result = document(
      parse({ ...newSkill({ status: 'DEPRECATED', name: 'My_Skill', description: '' }), ...shown }, '/x/0'),
    );

    expect(result.kind).toBe(kind);
    expect(JSON.parse(result.json)).toEqual(newSkill({ status: 'DEPRECATED', name: 'My_Skill', description: '' }));
  });

  it.each<[JsonRecord, string, string]>([
    [{ name: '' }, '/x/0', 'name is required'],
    [{ name: 'a b' }, '/x/0/name', 'name must not contain white space, control characters or slashes'],
    [{ version: 5 }, '/x/0/version', 'version must be a string'],
    [{ status: 'bogus' }, '/x/0/status', 'status must be one of "active", "deprecated", "archived"'],
    [{ title: '\u0000' }, '/x/0/title', 'title must not contain U+0000'],
  ])('rejects %j', (overrides, path, reason) => {
    expect(rejection(parse(newSkill(overrides), '/x/0'))).toMatchObject({ path, reason });
  });
});
