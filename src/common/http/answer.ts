import type { HttpRequest, HttpResponse } from './request-context.js';

/** Where an answer whose head was written at once keeps how long its body is. */
const BODY_LENGTH = Symbol('body length');

type WithBodyLength = HttpResponse & { [BODY_LENGTH]?: number };

/** Remembers how many bytes of body an answer has. */
export function setBodyLength(response: HttpResponse, bytes: number): void {
  (response as WithBodyLength)[BODY_LENGTH] = bytes;
}

/** How many bytes the body of a finished answer has; 0 without one. */
export function responseBytes(request: HttpRequest, response: HttpResponse): number {
  if (request.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304) return 0;
  return (response as WithBodyLength)[BODY_LENGTH] ?? Number(response.getHeader('Content-Length') ?? 0);
}

/** Stands in logs and records for the status of a request whose client went before it was answered. */
export const CLIENT_GONE = 499;

/** The status that a request was answered with, or {@link CLIENT_GONE}. */
export function answeredStatus(response: HttpResponse): number {
  return response.headersSent ? response.statusCode : CLIENT_GONE;
}
