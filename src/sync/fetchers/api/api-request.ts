import { withDeadline } from '../../deadline.js';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../http/http-client.js';
import { readBody } from '../../http/read-body.js';
import { isTransientStatus, parseRetryAfter, TransientStatusError, withRetries } from './retry.js';

/** An answer that was read whole. */
export interface ApiAnswer {
  readonly status: number;
  readonly url: URL;
  readonly headers: HttpAnswer['headers'];
  readonly bytes: Buffer;
}

/** How requests of a pass are made. */
export interface RequestLimits {
  readonly http: HttpClient;
  /** For each try of a request. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends a request, again and again while it fails in a way that may pass. Other statuses than 200 are answers as well.
 * @throws NetworkError when no try got such an answer; FetchError when it cannot be got; the signal's reason
 */
export function requestWithRetries(
  { http, timeoutMs, signal }: RequestLimits,
  target: string | URL,
  request: Omit<HttpRequest, 'signal'>,
): Promise<ApiAnswer> {
  const what = `${request.method ?? 'GET'} ${String(target)}`;
  const send = async (limited: AbortSignal): Promise<ApiAnswer> => {
    const answer = await http.send(target, { ...request, signal: limited });
    const { bytes } = await readBody(answer.body, { what, signal: limited });
    const { status, url, headers } = answer;
    if (!isTransientStatus(status)) return { status, url, headers, bytes };
    throw new TransientStatusError(`${what}: status ${status}, expected 200`, parseRetryAfter(headers['retry-after']));
  };
  return withRetries(signal, () => withDeadline(signal, { what, limitMs: timeoutMs }, send));
}
