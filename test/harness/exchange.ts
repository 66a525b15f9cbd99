import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import {
  setRequestContext,
  type HttpRequest,
  type HttpResponse,
  type RequestContext,
} from '../../src/common/http/request-context.js';
import type { JsonReply } from '../../src/common/http/json-express.adapter.js';
import type { MatchedRoute } from '../../src/common/http/route-table.js';

/** A request and its response without a connection. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}

/** What a request is made of; headers as Node gives them. */
export interface RequestParts {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: IncomingMessage['headers'];
  /** Where the socket says that it comes from. */
  readonly peer?: { readonly remoteAddress?: string; readonly remotePort?: number };
}

/** A request that nothing has seen yet. */
export function newExchange({ method = 'GET', url = '/', headers = {}, peer = {} }: RequestParts = {}): Exchange {
  const socket = Object.defineProperties(new Socket(), {
    remoteAddress: { value: peer.remoteAddress ?? '127.0.0.1' },
    remotePort: { value: peer.remotePort ?? 5 },
  });
  const request: HttpRequest = Object.assign(new IncomingMessage(socket), { method, url, headers });
  return { request, response: new ServerResponse(request) };
}

/** A route as the table matches it. */
export function newRoute(
  pattern: string,
  methods: readonly string[] = ['GET'],
  params: Readonly<Record<string, string>> = {},
): MatchedRoute {
  return { pattern, methods: new Set(methods), rawParams: new Map(Object.entries(params)) };
}

/** A request that has passed the first middleware. */
export function newRoutedExchange(parts: RequestParts & Partial<RequestContext> = {}): Exchange {
  const exchange = newExchange({ url: parts.rawPath, ...parts });
  setRequestContext(exchange.request, {
    requestId: parts.requestId ?? 'id-1',
    startedAt: parts.startedAt ?? performance.now(),
    rawPath: parts.rawPath ?? exchange.request.url,
    route: parts.route,
    signal: parts.signal ?? new AbortController().signal,
  });
  return exchange;
}

/** Answers as a listener does, with a body that is not sent anywhere. */
export const replyWithJson: JsonReply = (response, body, status) => {
  response.statusCode = status;
  response.end(JSON.stringify(body));
};
