import type { MatchedRoute } from '../common/http/route-table.js';

/** What an audited route is about. */
export type ResourceType = 'user' | 'source' | 'registry' | 'entry' | 'server' | 'skill' | 'plugin';

/** How requests of one route are recorded (audit spec 4). */
export interface AuditedRoute {
  /** Event type by method; a `PUT` answered 201 has the type `created`. */
  readonly types: Readonly<Record<string, string>>;
  readonly created?: string;
  readonly resourceType: ResourceType;
}

const CONSUMER = '/registry/{registryName}/v0.1';

function extensionRoutes(kind: 'skill' | 'plugin'): [string, AuditedRoute][] {
  const list = `${CONSUMER}/x/dev.toolhive/${kind}s`;
  const one = `${list}/{namespace}/{name}`;
  const read = (type: string): AuditedRoute => ({ types: { GET: type, HEAD: type }, resourceType: kind });
  return [
    [list, read(`${kind}.list`)],
    [one, read(`${kind}.read`)],
    [`${one}/versions`, read(`${kind}.versions.list`)],
    [`${one}/versions/{version}`, read(`${kind}.version.read`)],
  ];
}

function serverRoute(type: string): AuditedRoute {
  return { types: { GET: type, HEAD: type }, resourceType: 'server' };
}

const AUDITED: ReadonlyMap<string, AuditedRoute> = new Map<string, AuditedRoute>([
  ['/v1/me', { types: { GET: 'user.info' }, resourceType: 'user' }],
  ['/v1/sources', { types: { GET: 'source.list' }, resourceType: 'source' }],
  [
    '/v1/sources/{name}',
    {
      types: { GET: 'source.read', PUT: 'source.update', DELETE: 'source.delete' },
      created: 'source.create',
      resourceType: 'source',
    },
  ],
  ['/v1/sources/{name}/entries', { types: { GET: 'source.entries.list' }, resourceType: 'source' }],
  ['/v1/sources/{name}/sync', { types: { POST: 'source.sync' }, resourceType: 'source' }],
  ['/v1/registries', { types: { GET: 'registry.list' }, resourceType: 'registry' }],
  [
    '/v1/registries/{name}',
    {
      types: { GET: 'registry.read', PUT: 'registry.update', DELETE: 'registry.delete' },
      created: 'registry.create',
      resourceType: 'registry',
    },
  ],
  ['/v1/registries/{name}/entries', { types: { GET: 'registry.entries.list' }, resourceType: 'registry' }],
  ['/v1/entries', { types: { POST: 'entry.publish' }, resourceType: 'entry' }],
  ['/v1/entries/{type}/{name}/versions/{version}', { types: { DELETE: 'entry.delete' }, resourceType: 'entry' }],
  [
    '/v1/entries/{type}/{name}/claims',
    { types: { GET: 'entry.claims.read', PUT: 'entry.claims.update' }, resourceType: 'entry' },
  ],
  [`${CONSUMER}/servers`, serverRoute('server.list')],
  [`${CONSUMER}/servers/{serverName}/versions`, serverRoute('server.versions.list')],
  [`${CONSUMER}/servers/{serverName}/versions/{version}`, serverRoute('server.version.read')],
  ...extensionRoutes('skill'),
  ...extensionRoutes('plugin'),
]);

/** The event type of every request that authentication refuses, whatever its route. */
export const UNAUTHENTICATED = 'auth.unauthenticated';

/** How a request is recorded, or undefined when its route or method is not (documents, unknown paths, 405). */
export function auditedRoute(route: MatchedRoute | undefined, method: string): AuditedRoute | undefined {
  const audited = route && AUDITED.get(route.pattern);
  return audited?.types[method] === undefined ? undefined : audited;
}

/** The event type of an answered request of an audited route. */
export function eventType(route: AuditedRoute, method: string, status: number): string {
  if (method === 'PUT' && status === 201 && route.created) return route.created;
  return route.types[method] ?? '';
}
