import type { MatchedRoute } from '../common/http/route-table.js';

const METHODS: ReadonlySet<string> = new Set('CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE'.split(' '));

/** The method as metrics carry it: one of a fixed set, else `_OTHER` (telemetry spec 4). */
export function methodLabel(method: string): string {
  return METHODS.has(method) ? method : '_OTHER';
}

/** The route as spans and metrics carry it: a pattern of the API, never a concrete path (telemetry spec 3.1). */
export function routeLabel(method: string, path: string, route: MatchedRoute | undefined): string {
  if (!METHODS.has(method)) return 'unknown_route';
  if (route) return route.pattern;
  if (path.startsWith('/registry/')) return '/registry/*';
  return path.startsWith('/v1/') ? '/v1/*' : 'unknown_route';
}

/** The scheme the client used: the first entry of `X-Forwarded-Proto` if it is http or https, else the connection's. */
export function schemeLabel(forwarded: string | string[] | undefined, isEncrypted: boolean): string {
  const first = forwarded === undefined ? '' : [forwarded].flat()[0]?.split(',')[0]?.trim().toLowerCase();
  if (first === 'http' || first === 'https') return first;
  return isEncrypted ? 'https' : 'http';
}
