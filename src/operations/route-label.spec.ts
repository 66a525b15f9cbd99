import { describe, expect, it } from 'vitest';
import { methodLabel, routeLabel, schemeLabel } from './route-label.js';

describe('labels of requests', () => {
  const route = { pattern: '/v1/sources/{name}', methods: new Set<string>(), rawParams: new Map<string, string>() };

  it.each([
    ['GET', '/v1/sources/x', route, '/v1/sources/{name}'],
    ['PROPFIND', '/v1/sources/x', route, 'unknown_route'],
    ['GET', '/v1/nosuch', undefined, '/v1/*'],
    ['GET', '/registry/r/nope', undefined, '/registry/*'],
    ['GET', '/nosuch', undefined, 'unknown_route'],
    ['GET', '/v1', undefined, 'unknown_route'],
  ])('%s %s has the route %s', (method, path, matched, label) => {
    expect(routeLabel(method, path, matched)).toBe(label);
  });

  it.each([
    ['GET', 'GET'],
    ['get', '_OTHER'],
    ['PROPFIND', '_OTHER'],
  ])('the method %s is %s', (method, label) => {
    expect(methodLabel(method)).toBe(label);
  });

  it.each([
    [undefined, false, 'http'],
    [undefined, true, 'https'],
    ['HTTPS, http', false, 'https'],
    ['gopher', false, 'http'],
    [['http', 'https'], true, 'http'],
  ])('the scheme of %j is %s', (forwarded, isEncrypted, label) => {
    expect(schemeLabel(forwarded, isEncrypted)).toBe(label);
  });
});
