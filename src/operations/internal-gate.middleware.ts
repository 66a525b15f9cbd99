import type { JsonReply } from '../common/http/json-express.adapter.js';
import type { Middleware } from '../common/http/request-context.js';
import type { RouteTable } from '../common/http/route-table.js';

/**
 * Refuses what the internal listener does not know: 404 for other paths, 405 with `Allow` for other methods
 * (admin-api spec 1.1, B1, B2).
 */
export function createInternalGate(routes: () => RouteTable, reply: JsonReply): Middleware {
  return (request, response, next) => {
    const route = routes().match(request.url.split('?', 1)[0] ?? '');
    if (!route) {
      reply(response, { error: 'not found' }, 404);
      return;
    }
    // A route for every method (the Prometheus endpoint) lists POST as well.
    if (request.method !== 'GET' && request.method !== 'HEAD' && !route.methods.has('POST')) {
      response.setHeader('Allow', 'GET, HEAD');
      reply(response, { error: 'method not allowed' }, 405);
      return;
    }
    next();
  };
}
