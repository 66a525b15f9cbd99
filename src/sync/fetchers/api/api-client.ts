import type { ApiSettings } from '../../../model/source-settings.js';
import { parseDurationMs } from '../../../common/duration.js';
import type { HttpClient } from '../../http/http-client.js';
import { assertHeaderValues, readCredentials, type CredentialHeaders } from './api-auth.js';
import { FetchError } from '../../pass-errors.js';
import { requestWithRetries, type ApiAnswer, type RequestLimits } from './api-request.js';
import type { OAuthTokens } from './oauth-token.js';

const DEFAULT_TIMEOUT_MS = 10_000;

function isHttp(endpoint: string): boolean {
  return URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol);
}

/** An upstream registry during one pass: its base URL, and requests with the pass's credentials. */
export class ApiClient {
  /** The endpoint without one trailing slash. */
  readonly base: string;
  readonly #limits: RequestLimits;
  #credentials: CredentialHeaders | undefined;

  /** @throws FetchError when the endpoint is no URL that can be asked */
  constructor(
    private readonly settings: ApiSettings,
    private readonly tokens: OAuthTokens,
    http: HttpClient,
    signal: AbortSignal,
  ) {
    this.base = settings.endpoint.replace(/\/$/, '');
    if (!isHttp(this.base)) {
      throw new FetchError(`api.endpoint must be an absolute http or https URL: ${settings.endpoint}`);
    }
    const timeoutMs = parseDurationMs(settings.timeout ?? '') || DEFAULT_TIMEOUT_MS;
    this.#limits = { http, timeoutMs, signal };
  }

  /**
   * GETs a path below the endpoint, with retries.
   * @param path - begins with a slash; may carry a query
   * @returns the answer, whatever its status (408, 429 and 5xx excepted)
   * @throws FetchError
   */
  async get(path: string): Promise<ApiAnswer> {
    this.#credentials ??= await this.#readCredentials();
    const answer = await this.#send(path, this.#credentials ?? {});
    if (answer.status !== 401) return answer;
    // A token may have been withdrawn before it expired.
    const renewed = await this.#readCredentials(this.#credentials);
    if (!renewed) return answer;
    this.#credentials = renewed;
    return this.#send(path, renewed);
  }

  async #readCredentials(refused?: CredentialHeaders): Promise<CredentialHeaders | undefined> {
    const credentials = await readCredentials(this.settings.auth, this.tokens, this.#limits, refused);
    assertHeaderValues(credentials ?? {});
    return credentials;
  }

  #send(path: string, credentials: CredentialHeaders): Promise<ApiAnswer> {
    return requestWithRetries(this.#limits, `${this.base}${path}`, { credentials });
  }
}
