import { randomUUID } from 'node:crypto';
import { RequestTimeoutError } from '../common/errors.js';
import { addHeader, collectHeaders } from '../common/http/answer-head.js';
import { describeError } from '../common/http/domain-exception.filter.js';
import { isAnswered, type JsonReply } from '../common/http/json-express.adapter.js';
import {
  setRequestContext,
  type Middleware,
  type RequestContext,
  type HttpRequest,
  type HttpResponse,
} from '../common/http/request-context.js';
import type { MatchedRoute, RouteTable } from '../common/http/route-table.js';

/** How long a request may be processed before it is answered 503, in milliseconds (admin-api spec 2.5 and B3). */
export const PROCESSING_LIMIT_MS = 10_000;

const USABLE_REQUEST_ID = /^[A-Za-z0-9._/+=:-]{1,128}$/;

/** The lists of extensions are also routes with a trailing slash (consumer spec 1). */
const EXTENSION_LIST_WITH_SLASH = /^\/registry\/[^/]*\/v0\.1\/x\/dev\.toolhive\/(?:skills|plugins)\/$/;

class PublicRequestContext implements RequestContext {
  readonly startedAt = performance.now();
  route: MatchedRoute | undefined;
  #controller: AbortController | undefined;
  #aborted = false;

  constructor(
    readonly requestId: string,
    readonly rawPath: string,
  ) {}

  // Made on demand: most requests are answered from memory and never ask for it.
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted) this.#controller.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort();
  }
}

function requestId(request: HttpRequest): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && USABLE_REQUEST_ID.test(sent) ? sent : randomUUID();
}

function addStandingHeaders(response: HttpResponse, path: string, id: string): void {
  collectHeaders(response);
  addHeader(response, 'X-Request-Id', id);
  addHeader(response, 'X-Content-Type-Options', 'nosniff');
  addHeader(response, 'Cross-Origin-Resource-Policy', 'same-origin');
  if (path.startsWith('/registry/')) addHeader(response, 'Access-Control-Allow-Origin', '*');
}

/** What a request target in absolute form has before its path; such a target is as good as the path (RFC 9112, 3.2.2). */
const SCHEME_AND_AUTHORITY = /^https?:\/\/[^/?#]*/i;

/** The path of the request as it was sent, which logs and records show. */
function takePath(request: HttpRequest): string {
  if (!request.url.startsWith('/')) {
    const target = request.url.replace(SCHEME_AND_AUTHORITY, '');
    request.url = target === '' || target.startsWith('?') ? `/${target}` : target;
  }
  const query = request.url.indexOf('?');
  return query < 0 ? request.url : request.url.slice(0, query);
}

/** The path that routes are looked up by: without the trailing slash of an extension list, which Express must not see either. */
function routedPath(request: HttpRequest, path: string): string {
  if (!path.endsWith('/') || !EXTENSION_LIST_WITH_SLASH.test(path)) return path;
  request.url = path.slice(0, -1) + request.url.slice(path.length);
  return path.slice(0, -1);
}

function limitProcessing(response: HttpResponse, context: PublicRequestContext, reply: JsonReply): void {
  const timer = setTimeout(() => {
    const { status, message } = describeError(new RequestTimeoutError());
    if (!isAnswered(response)) reply(response, { error: message }, status);
    context.abort();
  }, PROCESSING_LIMIT_MS);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) context.abort();
  });
}

/**
 * The first middleware of the public listener: gives the request its id and context, finds its route, sets the headers
 * that every answer carries, and answers 503 when the processing limit is over.
 * @param routes - called per request, because routes are known only after the application has been initialised
 */
export function createRequestMiddleware(routes: () => RouteTable, reply: JsonReply): Middleware {
  return (request, response, next) => {
    const path = takePath(request);
    const context = new PublicRequestContext(requestId(request), path);
    context.route = routes().match(routedPath(request, path));
    setRequestContext(request, context);
    addStandingHeaders(response, path, context.requestId);
    next();
    // What is answered from memory has been answered by now.
    if (!isAnswered(response)) limitProcessing(response, context, reply);
  };
}
