import { createGunzip } from 'node:zlib';
import { pipeline, type Readable } from 'node:stream';
import { Agent, buildConnector, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { FetchError, NetworkError } from '../pass-errors.js';
import { assertNotLocalLiteral, guardedLookup } from './address-guard.js';
import { decodeLeniently } from '../../common/http/lenient-decoding.js';

const MAX_REDIRECTS = 10;
const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);

/** Headers that every request carries (sync spec 2.1). */
const COMMON_HEADERS = {
  'user-agent': 'toolhive-registry-server/1.0',
  accept: 'application/json',
  'accept-encoding': 'gzip',
};

/** One request; `signal` ends it, body included. */
export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers with credentials: not sent to another origin that a redirect leads to. */
  readonly credentials?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
}

/** An answer whose body has yet to be read. It must be read, or its stream destroyed. */
export interface HttpAnswer {
  /** The URL that answered, after redirects. */
  readonly url: URL;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body, decompressed. */
  readonly body: Readable;
}

const TIMEOUTS = {
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 1_000,
  keepAliveMaxTimeout: 1_000,
  allowH2: false,
};

function createGuardedAgent(): Agent {
  const connect = buildConnector({ lookup: guardedLookup });
  return new Agent({
    ...TIMEOUTS,
    // A host that is written as an address is not looked up.
    connect: (options, callback) => {
      try {
        assertNotLocalLiteral(options.hostname);
      } catch (error) {
        callback(error as Error, null);
        return;
      }
      connect(options, callback);
    },
  });
}

/** Whether a host is this one, to which no proxy leads. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.[\d.]+$/.test(hostname);
}

/** Gives up an answer whose body is not wanted. */
export function discard({ body }: { readonly body: Readable }): void {
  body.destroy();
}

/** Names of encodings are compared without case, and an empty header says nothing (RFC 9110, 8.4.1). */
function decompressed(body: Readable, header: string | string[] | undefined): Readable {
  const encoding = String(header ?? '')
    .trim()
    .toLowerCase();
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    body.destroy();
    throw new FetchError(`the answer has the content encoding "${encoding}", which was not asked for`);
  }
  const gunzip = createGunzip();
  pipeline(body, gunzip, () => undefined);
  return gunzip.on('error', () => undefined);
}

function redirectTarget(url: URL, { statusCode, headers }: Dispatcher.ResponseData): URL | undefined {
  const { location } = headers;
  if (!REDIRECT_STATUSES.has(statusCode) || typeof location !== 'string') return undefined;
  if (!URL.canParse(location, url.href)) throw new FetchError(`GET ${url.href}: the redirect leads to no URL`);
  const target = new URL(location, url);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new FetchError(`GET ${url.href}: the redirect leads to a URL that is not http or https`);
  }
  return target;
}

/** Takes user name and password out of a URL, as the value of an `Authorization` header. */
export function takeUrlCredentials(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const userinfo = `${decodeLeniently(url.username)}:${decodeLeniently(url.password)}`;
  url.username = '';
  url.password = '';
  return `Basic ${Buffer.from(userinfo).toString('base64')}`;
}

/**
 * Requests over HTTP as every fetcher makes them. Proxies are those of the environment (`HTTP_PROXY`, `HTTPS_PROXY`,
 * `NO_PROXY`). A guarded client refuses to dial local addresses, and uses no proxy, which would resolve names anew.
 */
export class HttpClient {
  readonly #direct: Agent;
  readonly #proxied: Dispatcher;

  constructor(readonly isGuarded: boolean) {
    this.#direct = isGuarded ? createGuardedAgent() : new Agent(TIMEOUTS);
    this.#proxied = isGuarded ? this.#direct : new EnvHttpProxyAgent(TIMEOUTS);
  }

  /**
   * Sends a request and follows up to ten redirects. Any status is an answer.
   * @throws FetchError when no answer comes; what ends the request by its signal is thrown as it is
   */
  async send(target: string | URL, options: HttpRequest): Promise<HttpAnswer> {
    const first = new URL(target);
    let credentials = options.credentials;
    const authorization = takeUrlCredentials(first);
    if (authorization !== undefined) credentials = { authorization, ...credentials };
    let url = first;
    let { method = 'GET', body } = options;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const headers = { ...COMMON_HEADERS, ...options.headers, ...(url.origin === first.origin ? credentials : {}) };
      const answer = await this.#dispatch(url, { method, headers, body, signal: options.signal });
      const next = redirectTarget(url, answer);
      if (!next) {
        const stream = decompressed(answer.body, answer.headers['content-encoding']);
        return { url, status: answer.statusCode, headers: answer.headers, body: stream };
      }
      discard(answer);
      if (answer.statusCode === 303 || (method === 'POST' && answer.statusCode < 303))
        [method, body] = ['GET', undefined];
      takeUrlCredentials(next);
      url = next;
    }
    throw new FetchError(`${options.method ?? 'GET'} ${first.href}: more than ${MAX_REDIRECTS} redirects`);
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await Promise.all([this.#direct.destroy(), this.#proxied.destroy()]);
  }

  async #dispatch(
    url: URL,
    options: {
      method: 'GET' | 'POST';
      headers: Record<string, string>;
      body?: string | Uint8Array;
      signal: AbortSignal;
    },
  ): Promise<Dispatcher.ResponseData> {
    try {
      const answer = await request(url, { ...options, dispatcher: isLoopback(url) ? this.#direct : this.#proxied });
      // A body that is given up fails with nobody reading it, which must not end the process.
      answer.body.on('error', () => undefined);
      return answer;
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof FetchError) throw error;
      throw new NetworkError(`${options.method} ${url.href}: ${describeNetworkError(error)}`, { cause: error });
    }
  }
}

/** The reason of a failed connection, without the words around it. */
export function describeNetworkError(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describeNetworkError(error.errors[0]);
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
