import { describe, expect, it } from 'vitest';
import { auditedRoute, eventType } from './event-types.js';

const matched = (pattern: string) => ({ pattern, methods: new Set<string>(), rawParams: new Map<string, string>() });
const R = '/registry/{registryName}/v0.1';

describe('audited routes', () => {
  it.each([
    ['GET', '/v1/me', 401, 'user.info'],
    ['GET', '/v1/sources', 200, 'source.list'],
    ['PUT', '/v1/sources/{name}', 201, 'source.create'],
    ['PUT', '/v1/sources/{name}', 200, 'source.update'],
    ['PUT', '/v1/sources/{name}', 400, 'source.update'],
    ['DELETE', '/v1/sources/{name}', 204, 'source.delete'],
    ['POST', '/v1/sources/{name}/sync', 202, 'source.sync'],
    ['PUT', '/v1/registries/{name}', 201, 'registry.create'],
    ['GET', '/v1/registries/{name}/entries', 200, 'registry.entries.list'],
    ['POST', '/v1/entries', 201, 'entry.publish'],
    ['DELETE', '/v1/entries/{type}/{name}/versions/{version}', 204, 'entry.delete'],
    ['PUT', '/v1/entries/{type}/{name}/claims', 204, 'entry.claims.update'],
    ['GET', `${R}/servers`, 200, 'server.list'],
    ['HEAD', `${R}/servers`, 200, 'server.list'],
    ['GET', `${R}/servers/{serverName}/versions/{version}`, 404, 'server.version.read'],
    ['GET', `${R}/x/dev.toolhive/skills/{namespace}/{name}`, 200, 'skill.read'],
    ['GET', `${R}/x/dev.toolhive/plugins/{namespace}/{name}/versions`, 200, 'plugin.versions.list'],
  ])('%s %s answered %i is %s', (method, pattern, status, type) => {
    const route = auditedRoute(matched(pattern), method);

    expect(route && eventType(route, method, status)).toBe(type);
  });

  it.each([
    ['GET', '/openapi.json'],
    ['PATCH', '/v1/sources'],
    ['HEAD', '/v1/sources'],
    ['OPTIONS', `${R}/servers`],
  ])('%s %s is not recorded', (method, pattern) => {
    expect(auditedRoute(matched(pattern), method)).toBeUndefined();
    expect(auditedRoute(undefined, method)).toBeUndefined();
  });
});
