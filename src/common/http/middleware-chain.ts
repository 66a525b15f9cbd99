import type { HttpRequest, HttpResponse, Middleware } from './request-context.js';

/** Takes a request to its end. */
export type RequestHandler = (request: HttpRequest, response: HttpResponse) => void;

/** Called with what a middleware threw, or its promise was rejected with. */
export type MiddlewareErrorHandler = (error: unknown, response: HttpResponse) => void;

/**
 * Puts middleware in front of a handler, in order. It is what a router's own middleware does, without what a router does
 * besides for each of them; as long as no middleware is asynchronous, the handler has been called when this returns.
 */
export function chainMiddleware(
  middleware: readonly Middleware[],
  last: RequestHandler,
  onError: MiddlewareErrorHandler,
): RequestHandler {
  return middleware.reduceRight<RequestHandler>(
    (next, current) => (request, response) => {
      try {
        const running = current(request, response, () => next(request, response));
        if (running) running.catch((error: unknown) => onError(error, response));
      } catch (error) {
        onError(error, response);
      }
    },
    last,
  );
}
