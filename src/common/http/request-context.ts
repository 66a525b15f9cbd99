import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MatchedRoute } from './route-table.js';

/** A request as it comes from the connection; all that middleware may use, for it runs before Express. */
export type HttpRequest = IncomingMessage & { url: string; method: string };

/** The answer to an {@link HttpRequest}. */
export type HttpResponse = ServerResponse;

/** What the first middleware and the router learn about a request, for all that come after. */
export interface RequestContext {
  /** The caller's `X-Request-Id` when it was usable, else a fresh one; in logs, audit records and the response. */
  readonly requestId: string;
  /** `performance.now()` at the request's start. */
  readonly startedAt: number;
  /** The path as sent, without the query. */
  readonly rawPath: string;
  /** The route of the path, also when the method is not one of its methods; undefined for unknown paths. */
  route: MatchedRoute | undefined;
  /** Aborted when the processing limit is over or the client has gone. */
  readonly signal: AbortSignal;
}

/** Where a request carries its context: a weak map would cost every collection of garbage as much as it holds requests. */
const CONTEXT = Symbol('request context');

type WithContext = HttpRequest & { [CONTEXT]?: RequestContext };

/** Attaches the context to a request; the first middleware does this once. */
export function setRequestContext(request: HttpRequest, context: RequestContext): void {
  (request as WithContext)[CONTEXT] = context;
}

/** The context of a request, if it has passed the first middleware of the public listener. */
export function findRequestContext(request: object): RequestContext | undefined {
  return (request as { [CONTEXT]?: RequestContext })[CONTEXT];
}

/**
 * The context of a request on the public listener.
 * @throws Error when the request did not pass the first middleware, which is a mistake of the program
 */
export function requestContext(request: HttpRequest): RequestContext {
  const context = findRequestContext(request);
  if (!context) throw new Error('request has no context: the request middleware is not installed');
  return context;
}

/** What a request passes on its way to the routes: it answers, or calls `next` and so hands the request on. */
export type Middleware = (request: HttpRequest, response: HttpResponse, next: () => void) => void | Promise<void>;
