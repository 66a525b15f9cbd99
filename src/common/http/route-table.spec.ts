import { describe, expect, it } from 'vitest';
import { assertDecodable, decodePathParam, RouteTable } from './route-table.js';

const get = new Set(['GET']);
const table = new RouteTable([
  { pattern: '/v1/sources', methods: get },
  { pattern: '/v1/sources/{name}', methods: get },
  { pattern: '/v1/sources/{name}', methods: new Set(['PUT']) },
  { pattern: '/registry/{registryName}/v0.1/servers/{serverName}/versions', methods: get },
]);

describe('RouteTable', () => {
  it.each([
    ['/v1/sources', '/v1/sources', {}],
    ['/v1/sources/x', '/v1/sources/{name}', { name: 'x' }],
    ['/v1/sources/a%2Fb', '/v1/sources/{name}', { name: 'a%2Fb' }],
    [
      '/registry//v0.1/servers/a%2Fb/versions',
      '/registry/{registryName}/v0.1/servers/{serverName}/versions',
      { registryName: '', serverName: 'a%2Fb' },
    ],
  ])('finds %s', (path, pattern, params) => {
    const route = table.match(path);

    expect(route?.pattern).toBe(pattern);
    expect(Object.fromEntries(route?.rawParams ?? [])).toEqual(params);
  });

  it('merges the methods of one pattern', () => {
    expect(table.match('/v1/sources/x')?.methods).toEqual(new Set(['GET', 'PUT']));
  });

  it.each([
    '/',
    '/v1',
    '/v1/sources/',
    '/v1//sources',
    '/V1/sources',
    '/v1/sources/a/b',
    '/registry/r/v0.1/servers/a/b/versions',
    '',
  ])('does not know %s', (path) => {
    expect(table.match(path)).toBeUndefined();
  });
});

describe('decodePathParam', () => {
  it.each([
    ['caf%C3%A9', 'café'],
    ['a%2Fb', 'a/b'],
    ['a%252Fb', 'a%2Fb'],
    ['a+b', 'a+b'],
    ['a%2Bb', 'a+b'],
    ['%C2%A0x', '\u00a0x'],
  ])('decodes %s once', (raw, value) => {
    expect(decodePathParam('name', raw)).toBe(value);
  });

  it.each([
    ['', 'name cannot be empty'],
    ['%20', 'name cannot be empty'],
    ['%09%20', 'name cannot be empty'],
    ['a%20b', 'name cannot contain whitespace'],
    ['a%0Ab', 'name cannot contain whitespace'],
    ['%ZZ', 'invalid URL encoding in name'],
    ['%ff%fe', 'invalid URL encoding in name'],
    ['%00', 'name cannot contain U+0000'],
  ])('refuses %j', (raw, message) => {
    expect(() => decodePathParam('name', raw)).toThrow(message);
  });
});

describe('assertDecodable', () => {
  it('names the first bad parameter', () => {
    const route = table.match('/registry//v0.1/servers/%ZZ/versions');

    expect(() => route && assertDecodable(route)).toThrow('registryName cannot be empty');
  });

  it('leaves what can be decoded to the handler, which is asked after the role', () => {
    const route = table.match('/registry/%20/v0.1/servers/a%20b/versions');

    expect(() => route && assertDecodable(route)).not.toThrow();
  });
});
