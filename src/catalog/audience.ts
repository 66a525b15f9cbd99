import { addHeader } from '../common/http/answer-head.js';
import type { HttpResponse } from '../common/http/request-context.js';

/** Whom an answer is for. */
export interface Audience {
  /** Whether tokens count at all. */
  readonly authenticates: boolean;
  /** Whether every caller that may read the registry gets the same. */
  readonly isShared: boolean;
}

/** Says by `Vary` that an answer depends on who asks (ahead.md P6); once per answer, errors included. */
export function varyByCaller(response: HttpResponse): void {
  addHeader(response, 'Vary', 'Authorization');
}

/** Says by `Cache-Control` and `Vary` whom an answer is for (ahead.md P6). */
export function declareAudience(response: HttpResponse, { authenticates, isShared }: Audience): void {
  if (authenticates) varyByCaller(response);
  setCacheControl(response, isShared);
}

/** Says by `Cache-Control` who may keep an answer. */
export function setCacheControl(response: HttpResponse, isShared: boolean): void {
  addHeader(response, 'Cache-Control', isShared ? 'public, no-cache' : 'private, no-cache');
}
