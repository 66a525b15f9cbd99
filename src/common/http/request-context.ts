import type { Request, Response } from 'express';
import type { MatchedRoute } from './route-table.js';

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

const contexts = new WeakMap<Request, RequestContext>();

/** Attaches the context to a request; the first middleware does this once. */
export function setRequestContext(request: Request, context: RequestContext): void {
  contexts.set(request, context);
}

/**
 * The context of a request on the public listener.
 * @throws Error when the request did not pass the first middleware, which is a mistake of the program
 */
export function requestContext(request: Request): RequestContext {
  const context = contexts.get(request);
  if (!context) throw new Error('request has no context: the request middleware is not installed');
  return context;
}

/** Express middleware, as used on the public listener; Express hands the rejection of a promise to `next`. */
export type Middleware = (
  request: Request,
  response: Response,
  next: (error?: unknown) => void,
) => void | Promise<void>;
