import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePublicPaths, registryPublicPaths } from './public-paths.js';

describe('compilePublicPaths', () => {
  describe('without configured paths', () => {
    const isPublic = compilePublicPaths([]);

    it.each([
      '/openapi.json',
      '/openapi.json/',
      '//openapi.json',
      '/openapi.json/x',
      '/openapi%2Ejson',
      '/.well-known',
      '/.well-known/oauth-protected-resource',
      '/v1/../openapi.json',
      '/docs',
      '/docs/',
      '/docs/swagger-ui.css',
      '/registry/main/openapi.yaml',
      '/registry/my%20registry/openapi.yaml',
    ])('%s is public', (path) => {
      expect(isPublic(path)).toBe(true);
    });

    it.each([
      '/',
      '/v1/sources',
      '/OPENAPI.JSON',
      '/openapi.jsonx',
      '/.well-knownx',
      '/docsx',
      '/registry/main/v0.1/servers',
      '/registry/main/openapi.yaml/x',
      '/registry/main/v0.1/openapi.yaml',
      '/registry/a/b/openapi.yaml',
      '/.well-known/../v1/sources',
      '/.well-known/%2e%2e/v1/sources',
      '/.well-known/%252e%252e/v1/sources',
      '/.well-known//../v1/sources',
      '/.well-known/..%2fv1/sources',
      '/.well-known/%2e%2e%2fv1/sources',
      '/openapi.json/../v1/sources',
      '/.well-known/x/../../v1/me',
      '/v1/sources/../../.well-known/../v1/sources',
      '/openapi.json/%ZZ',
      '/openapi.json/%252f',
    ])('%s is not public', (path) => {
      expect(isPublic(path)).toBe(false);
    });

    it.each([
      '/v1/sources/..%2F..%2Fopenapi.json',
      '/v1/sources/x%2F..%2F..%2F..%2Fopenapi.json',
      '/v1/entries/server/..%2F..%2F..%2F..%2Fdocs/claims',
      '/v1/..%2F.well-known/x',
    ])('%s does not become public by slashes inside a name', (path) => {
      expect(isPublic(path)).toBe(false);
    });

    it('lets a path without dots pass only below a public prefix', () => {
      const segment = fc.stringMatching(/^[a-z0-9%]{0,6}$/);
      fc.assert(
        fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
          const path = `/${segments.join('/')}`;
          const first = segments.find((part) => part !== '');
          fc.pre(first !== 'docs');

          expect(isPublic(path)).toBe(false);
        }),
      );
    });
  });

  it.each([
    ['/registry/', '/registry/main/v0.1/servers', true],
    ['/registry/', '/registry/main/v0.1/servers/io.test%2Fx/versions', true],
    ['/registry/', '/registries', false],
    ['v1/me', '/v1/me', true],
    ['v1/me', '/v1/mexico', false],
    ['/custom', '/custom/x', true],
    ['/custom', '/customer', false],
    ['/a%20b', '/a%20b/c', true],
    ['//x/./y/../z//', '/x/z', true],
    ['/', '/v1/sources', true],
    ['/', '/', true],
    ['/Custom', '/custom', false],
    ['/registry/r/v0.1/servers/io.x%2Fy', '/registry/r/v0.1/servers/io.x%2Fy/versions/latest', true],
    ['/registry/r/v0.1/servers/io.x/y', '/registry/r/v0.1/servers/io.x%2fy/versions', true],
    ['/registry/r/v0.1/servers/io.x%2Fy', '/registry/r/v0.1/servers/io.x%2Fyz/versions', false],
    ['/registry/r/v0.1/servers/io.x%2Fy', '/registry/r/v0.1/servers/io.x%2F..%2Fy/versions', false],
    ['/registry/r/v0.1/servers/io.x%2Fy', '/registry/r/v0.1/servers/a%2F..%2Fio.x%2Fy/versions', false],
    ['/registry/r', '/registry/q%2F..%2Fr/v0.1/servers', false],
  ])('a configured %s makes %s public: %s', (configured, path, expected) => {
    expect(compilePublicPaths([configured])(path)).toBe(expected);
  });
});

describe('registryPublicPaths', () => {
  it('finds the paths that cover consumer routes', () => {
    const configured = ['/registry', 'registry/', '//registry/x', '/', '/registries', '/v1', '/x/../registry/y'];

    expect(registryPublicPaths(configured)).toEqual([
      '/registry',
      'registry/',
      '//registry/x',
      '/',
      '/x/../registry/y',
    ]);
  });
});
