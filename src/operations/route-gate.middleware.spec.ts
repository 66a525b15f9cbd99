import { describe, expect, it, vi } from 'vitest';
import { newRoute, newRoutedExchange, replyWithJson } from '../../test/harness/exchange.js';
import type { MatchedRoute } from '../common/http/route-table.js';
import { createPreflightMiddleware, createRouteGateMiddleware } from './route-gate.middleware.js';

const SERVERS = '/registry/{registryName}/v0.1/servers';

describe('the route gate', () => {
  function pass(method: string, rawPath: string, route: MatchedRoute | undefined) {
    const { request, response } = newRoutedExchange({ method, rawPath, route });
    const next = vi.fn();
    const gate = createRouteGateMiddleware(replyWithJson, { passesThrough: (path) => path.startsWith('/docs/') });
    void gate(request, response, next);
    return { isPassed: next.mock.calls.length === 1, response };
  }

  it.each([
    ['GET', '/v1/sources', newRoute('/v1/sources')],
    ['PUT', '/v1/sources/a', newRoute('/v1/sources/{name}', ['GET', 'PUT'], { name: 'a' })],
    ['GET', '/registry/r/v0.1/servers', newRoute(SERVERS, ['GET'], { registryName: 'r' })],
    ['HEAD', '/registry/r/v0.1/servers', newRoute(SERVERS, ['GET'], { registryName: 'r' })],
    ['HEAD', '/openapi.json', newRoute('/openapi.json')],
    ['GET', '/docs/swagger-ui.css', undefined],
    ['HEAD', '/docs/swagger-ui.css', undefined],
  ])('lets %s %s pass', (method, path, route) => {
    expect(pass(method, path, route).isPassed).toBe(true);
  });

  it.each([
    ['GET', '/nope'],
    ['GET', '/v1/sources/'],
    ['POST', '/docs/swagger-ui.css'],
  ])('answers %s %s with 404', (method, path) => {
    const { isPassed, response } = pass(method, path, undefined);

    expect([isPassed, response.statusCode]).toEqual([false, 404]);
  });

  it.each([
    ['POST', '/v1/sources', newRoute('/v1/sources'), 'GET'],
    ['HEAD', '/v1/sources', newRoute('/v1/sources'), 'GET'],
    ['OPTIONS', '/v1/sources/a', newRoute('/v1/sources/{name}', ['GET', 'PUT']), 'GET, PUT'],
    ['PROPFIND', '/v1/entries', newRoute('/v1/entries', ['POST']), 'POST'],
    ['DELETE', '/registry/r/v0.1/servers', newRoute(SERVERS), 'GET, HEAD, OPTIONS'],
    ['OPTIONS', '/openapi.json', newRoute('/openapi.json'), 'GET, HEAD'],
  ])('answers %s %s with 405', (method, path, route, allow) => {
    const { isPassed, response } = pass(method, path, route);

    expect([isPassed, response.statusCode, response.getHeader('Allow')]).toEqual([false, 405, allow]);
  });

  it.each(['%zz', '%', '%ff', '%E4%B8'])('answers a parameter %s that cannot be decoded with 400', (name) => {
    const route = newRoute('/v1/sources/{name}', ['GET'], { name });

    const { isPassed, response } = pass('GET', `/v1/sources/${name}`, route);

    expect([isPassed, response.statusCode]).toEqual([false, 400]);
  });

  it.each([
    ['GET', '/%zz', undefined],
    ['GET', '/docs/100%', undefined],
    ['PATCH', '/v1/sources/a%2', newRoute('/v1/sources/{name}', ['GET'], { name: 'a%2' })],
  ])('answers the unusable request line %s %s with 400', (method, path, route) => {
    const { isPassed, response } = pass(method, path, route);

    expect([isPassed, response.statusCode]).toEqual([false, 400]);
  });
});

describe('preflight requests', () => {
  it.each([
    ['OPTIONS', newRoute(SERVERS), 204],
    ['OPTIONS', newRoute('/v1/sources'), undefined],
    ['OPTIONS', undefined, undefined],
    ['GET', newRoute(SERVERS), undefined],
  ])('%s %o', (method, route, status) => {
    const { request, response } = newRoutedExchange({ method, route });
    const next = vi.fn();

    void createPreflightMiddleware()(request, response, next);

    expect(next).toHaveBeenCalledTimes(status === undefined ? 1 : 0);
    expect(response.writableEnded ? response.statusCode : undefined).toBe(status);
    expect(response.getHeader('Access-Control-Allow-Methods')).toBe(status && 'GET, OPTIONS');
  });
});
