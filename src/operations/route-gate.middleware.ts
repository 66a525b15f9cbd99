import { settleHeaders } from '../common/http/answer-head.js';
import { describeError } from '../common/http/domain-exception.filter.js';
import type { JsonReply } from '../common/http/json-express.adapter.js';
import { requestContext, type Middleware, type HttpResponse } from '../common/http/request-context.js';
import { assertDecodable, type MatchedRoute } from '../common/http/route-table.js';

/** Consumer routes, which any web page may read (consumer spec B9). */
const isConsumerRoute = (pattern: string): boolean => pattern.startsWith('/registry/');

/** What makes a request line unusable, whatever its path (admin-api spec 2.1). */
const INVALID_PERCENT = /%(?![\dA-Fa-f]{2})/;

function encodingProblem(route: MatchedRoute | undefined): string {
  try {
    if (route) assertDecodable(route);
  } catch (error) {
    return describeError(error).message;
  }
  return 'invalid URL encoding in path';
}

function allowedMethods(route: MatchedRoute): string[] {
  const methods = new Set(route.methods);
  // Reading routes outside /v1 answer HEAD as well (admin-api spec B2); browsers may ask the consumer routes first.
  if (route.methods.has('GET') && !route.pattern.startsWith('/v1/')) methods.add('HEAD');
  if (isConsumerRoute(route.pattern)) methods.add('OPTIONS');
  return [...methods];
}

function answerPreflight(response: HttpResponse): void {
  settleHeaders(response);
  response.setHeader('Access-Control-Allow-Methods', 'GET, OPTIONS');
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
  response.setHeader('Access-Control-Max-Age', '86400');
  response.statusCode = 204;
  response.end();
}

/** Answers preflight requests of the consumer routes, which carry no credentials, with 204 before authentication. */
export function createPreflightMiddleware(): Middleware {
  return (request, response, next) => {
    const { route } = requestContext(request);
    if (request.method === 'OPTIONS' && route && isConsumerRoute(route.pattern)) answerPreflight(response);
    else next();
  };
}

/** What the route gate leaves to others. */
export interface RouteGateOptions {
  /** Paths without a route that Express serves itself, such as the files of Swagger UI. */
  readonly passesThrough: (path: string) => boolean;
}

/**
 * Refuses what no handler answers, after authentication and before Express routes: unknown paths with 404, known paths
 * with another method with 405 and `Allow`, undecodable parameters with 400 (admin-api spec 2.1, B1).
 */
export function createRouteGateMiddleware(reply: JsonReply, options: RouteGateOptions): Middleware {
  return (request, response, next) => {
    const { route, rawPath } = requestContext(request);
    if (INVALID_PERCENT.test(rawPath)) {
      reply(response, { error: encodingProblem(route) }, 400);
      return;
    }
    if (!route) {
      if (options.passesThrough(rawPath) && (request.method === 'GET' || request.method === 'HEAD')) next();
      else reply(response, { error: 'not found' }, 404);
      return;
    }
    const allowed = allowedMethods(route);
    if (!allowed.includes(request.method)) {
      response.setHeader('Allow', allowed.join(', '));
      reply(response, { error: 'method not allowed' }, 405);
      return;
    }
    try {
      assertDecodable(route);
    } catch (error) {
      const { status, message } = describeError(error);
      reply(response, { error: message }, status);
      return;
    }
    next();
  };
}
