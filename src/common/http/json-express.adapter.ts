import { createServer, type ServerOptions } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import { setBodyLength } from './answer.js';
import { completeHead, settleHeaders } from './answer-head.js';
import { acceptedCoding, matchesEtag } from './content-negotiation.js';
import { JsonBytes } from './json-bytes.js';
import type { RequestHandler } from './middleware-chain.js';
import type { HttpRequest, HttpResponse } from './request-context.js';
import { limitWriting } from './writing-limit.js';

/** How a listener answers and what it puts up with. */
export interface ListenerOptions {
  /** Whether answers are compressed when the client accepts it. */
  readonly compress: boolean;
}

/** Requests with more header bytes than this are answered 431 (auth spec 5). */
const MAX_HEADER_BYTES = 1024 * 1024;

/** Times of admin-api spec 2.5, in milliseconds. */
const SERVER_OPTIONS: ServerOptions = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
};

/** Answers with a JSON body (or none) and a status. */
export type JsonReply = (response: HttpResponse, body: unknown, statusCode: number) => void;

/** Whether nothing more can be sent: the answer is on its way, or the connection has gone. */
export function isAnswered(response: HttpResponse): boolean {
  return response.headersSent || response.writableEnded || response.destroyed;
}

/**
 * Express under Nest, with answers of its own making: `application/json` without a charset parameter, bytes sent as they
 * are, ETags and content coding in one place. The first answer wins, so a handler that ends after the processing limit
 * has answered is harmless.
 */
export class JsonExpressAdapter extends ExpressAdapter {
  private handle: RequestHandler = this.getInstance<RequestHandler>();

  constructor(private readonly listener: ListenerOptions) {
    super();
  }

  override initHttpServer(): void {
    this.httpServer = createServer(SERVER_OPTIONS, (request, response) =>
      this.handle(request as HttpRequest, response),
    );
  }

  /** Lets requests pass something before they reach Express, or be answered there. */
  standBefore(wrap: (express: RequestHandler) => RequestHandler): void {
    const express = this.handle;
    this.handle = wrap((request, response) => {
      settleHeaders(response);
      express(request, response);
    });
  }

  override reply(response: HttpResponse, body: unknown, statusCode?: number): void {
    if (isAnswered(response)) return;
    if (statusCode !== undefined) response.statusCode = statusCode;
    if (body === undefined || body === null || response.statusCode === 204) {
      settleHeaders(response);
      response.end();
      return;
    }
    this.send(response, body instanceof JsonBytes ? body : new JsonBytes(Buffer.from(`${JSON.stringify(body)}\n`)));
  }

  private send(response: HttpResponse, body: JsonBytes): void {
    const request = response.req as HttpRequest;
    const coding = this.listener.compress ? acceptedCoding(request.headers['accept-encoding']) : undefined;
    const lines = this.listener.compress ? ['Vary', 'Accept-Encoding'] : [];
    if (body.options.conditional) {
      lines.push('ETag', body.etags[coding ?? 'identity']);
      if (matchesEtag(request.headers['if-none-match'], body.etags)) {
        response.statusCode = 304;
        completeHead(response, lines);
        response.end();
        return;
      }
    }
    const bytes = coding ? body.encoded(coding) : body.bytes;
    if (!response.hasHeader('Content-Type')) lines.push('Content-Type', 'application/json');
    if (coding) lines.push('Content-Encoding', coding);
    lines.push('Content-Length', String(bytes.length));
    setBodyLength(response, bytes.length);
    completeHead(response, lines);
    response.end(bytes);
    limitWriting(response);
  }
}
