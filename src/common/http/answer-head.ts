import type { HttpResponse } from './request-context.js';

/** Where an answer keeps headers that wait to be written with all others. */
const WAITING = Symbol('waiting headers');

type WithWaiting = HttpResponse & { [WAITING]?: string[] | undefined };

/**
 * Has the headers that are added to an answer wait until its head is written: Node takes them all at once for half of
 * what it costs to set each, which is much of an answer that is ready. Until {@link settleHeaders}, nobody else sees them.
 */
export function collectHeaders(response: HttpResponse): void {
  (response as WithWaiting)[WAITING] = [];
}

/** Adds a header, also beside one of the same name. */
export function addHeader(response: HttpResponse, name: string, value: string): void {
  const waiting = (response as WithWaiting)[WAITING];
  if (waiting) waiting.push(name, value);
  else response.appendHeader(name, value);
}

/** Sets what waits, for those who write or look at an answer without knowing of it. */
export function settleHeaders(response: HttpResponse): void {
  const waiting = (response as WithWaiting)[WAITING];
  (response as WithWaiting)[WAITING] = undefined;
  if (waiting) appendAll(response, waiting);
}

/**
 * Puts the last headers of an answer to those it has, before its body is sent.
 * @param lines - names and values in turn
 */
export function completeHead(response: HttpResponse, lines: readonly string[]): void {
  const waiting = (response as WithWaiting)[WAITING];
  if (waiting && response.getHeaderNames().length === 0) {
    response.writeHead(response.statusCode, [...waiting, ...lines]);
    return;
  }
  settleHeaders(response);
  appendAll(response, lines);
}

function appendAll(response: HttpResponse, lines: readonly string[]): void {
  for (let index = 0; index < lines.length; index += 2) {
    response.appendHeader(lines[index] ?? '', lines[index + 1] ?? '');
  }
}
