import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request, type Dispatcher } from 'undici';
import { isJsonObject } from '../../common/json-object.js';
import type { ProviderConfig } from '../../config/config.js';
import { publicConnector } from './private-address.js';
import { TokenRefusedError } from './refusal.js';

// The API server of Kubernetes gives its keys under their own type only, and refuses whoever does not name it.
const ACCEPTED_TYPES = { GET: 'application/json, application/jwk-set+json', POST: 'application/json' } as const;

const ATTEMPTS = 3;
const ATTEMPT_TIMEOUT_MS = 5_000;
const RETRY_DELAY_MS = 100;
const MAX_REDIRECTS = 5;
const MAX_BODY_BYTES = 1024 * 1024;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Codes of errors that say: nobody is there now. Refused certificates and protocol errors are not among them. */
const NETWORK_ERRORS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** A request to a provider. */
interface ProviderRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A URL as it may be logged: without credentials and query. */
function shown(url: URL): string {
  return url.origin + url.pathname;
}

function unreachable(message: string, cause?: unknown): TokenRefusedError {
  return new TokenRefusedError('provider unreachable', message, { cause });
}

function unusable(message: string, cause?: unknown): TokenRefusedError {
  return new TokenRefusedError('provider unusable', message, { cause });
}

function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'TimeoutError') return true;
  if (error instanceof AggregateError) return error.errors.every(isNetworkError);
  const code = (error as NodeJS.ErrnoException).code;
  return code !== undefined && NETWORK_ERRORS.has(code);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}

async function readBody(body: Dispatcher.ResponseData['body'], url: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw unusable(`${url} answered with more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function parseObject(bytes: Buffer, url: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw unusable(`${url} did not answer with JSON`, error);
  }
  throw unusable(`${url} did not answer with a JSON object`);
}

/**
 * How a provider is asked. All methods throw TokenRefusedError: `provider unreachable` for network errors, time-outs and
 * 5xx, `provider unusable` for whatever else keeps a document from being used.
 */
export interface ProviderTransport {
  /** Fetches a JSON object, with the service token if one is configured; up to three attempts of five seconds. */
  getJson(url: string): Promise<Record<string, unknown>>;
  /** Posts a form and gives the JSON object that is answered; one attempt, no redirects. */
  postForm(
    url: string,
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
  ): Promise<Record<string, unknown>>;
  /** Closes the connections that are kept open. */
  close(): Promise<void>;
}

/**
 * Makes the HTTP requests to one identity provider under its rules (auth spec 2 and 7): its CA bundle, no private
 * addresses, no plain http, each unless the configuration allows it; redirects are followed under the same rules.
 */
export class ProviderClient implements ProviderTransport {
  readonly #agent: Agent;

  /**
   * @param ca - certificates that replace the system's roots, PEM
   * @param insecureUrl - whether plain http is allowed
   */
  constructor(
    private readonly config: Pick<ProviderConfig, 'allowPrivateIp' | 'authTokenFile'>,
    ca: string | undefined,
    private readonly insecureUrl: boolean,
  ) {
    const tls = { ...(ca === undefined ? {} : { ca }), timeout: ATTEMPT_TIMEOUT_MS, allowH2: false };
    this.#agent = new Agent({
      connect: config.allowPrivateIp ? tls : publicConnector(tls),
      connections: 16,
      headersTimeout: ATTEMPT_TIMEOUT_MS,
      bodyTimeout: ATTEMPT_TIMEOUT_MS,
    });
  }

  async getJson(url: string): Promise<Record<string, unknown>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.fetchJson({ url, method: 'GET', headers: await this.serviceToken() });
      } catch (error) {
        const mayRetry = error instanceof TokenRefusedError && error.unavailable;
        if (!mayRetry || attempt === ATTEMPTS) throw error;
      }
      await sleep(RETRY_DELAY_MS * attempt);
    }
  }

  postForm(
    url: string,
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
  ): Promise<Record<string, unknown>> {
    return this.fetchJson({
      url,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  // Such tokens rotate, so the file is read for each request (auth spec 17.14).
  private async serviceToken(): Promise<Record<string, string>> {
    const { authTokenFile } = this.config;
    if (authTokenFile === undefined) return {};
    try {
      return { authorization: `Bearer ${(await readFile(authTokenFile, 'utf8')).trim()}` };
    } catch (error) {
      throw unusable(`authTokenFile cannot be read: ${describe(error)}`, error);
    }
  }

  private async fetchJson(wanted: ProviderRequest): Promise<Record<string, unknown>> {
    try {
      const { bytes, url } = await this.send(wanted, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS));
      return parseObject(bytes, shown(url));
    } catch (error) {
      if (error instanceof TokenRefusedError) throw error;
      const message = `${shown(new URL(wanted.url))}: ${describe(error)}`;
      throw isNetworkError(error) ? unreachable(message, error) : unusable(message, error);
    }
  }

  private async send(wanted: ProviderRequest, signal: AbortSignal): Promise<{ bytes: Buffer; url: URL }> {
    let { headers } = wanted;
    let url = this.checkedUrl(wanted.url);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await request(url, {
        dispatcher: this.#agent,
        method: wanted.method,
        headers: { accept: ACCEPTED_TYPES[wanted.method], ...headers },
        body: wanted.body ?? null,
        signal,
      });
      const { statusCode } = response;
      if (statusCode === 200) return { bytes: await readBody(response.body, shown(url)), url };
      await response.body.dump();
      if (statusCode >= 500) throw unreachable(`${shown(url)} answered ${statusCode}`);
      const { location } = response.headers;
      if (wanted.method !== 'GET' || !REDIRECTS.has(statusCode) || typeof location !== 'string') {
        throw unusable(`${shown(url)} answered ${statusCode}`);
      }
      const next = this.checkedUrl(location, url);
      // Credentials belong to the origin they were meant for.
      if (next.origin !== url.origin) headers = {};
      url = next;
    }
    throw unusable(`${shown(url)} redirects more than ${MAX_REDIRECTS} times`);
  }

  private checkedUrl(text: string, base?: URL): URL {
    const url = URL.parse(text, base?.href);
    if (!url) throw unusable('the address of a document is not a URL');
    if (url.protocol === 'https:' || (url.protocol === 'http:' && this.insecureUrl)) return url;
    throw unusable(`${shown(url)} is not https (set THV_REGISTRY_INSECURE_URL=true to allow http)`);
  }
}
