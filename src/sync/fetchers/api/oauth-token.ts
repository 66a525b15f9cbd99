import { createHash } from 'node:crypto';
import type { ApiAuthSettings } from '../../../model/source-settings.js';
import { FetchError } from '../../pass-errors.js';
import { readSecretFile } from '../../secret-file.js';
import { requestWithRetries, type ApiAnswer, type RequestLimits } from './api-request.js';

type OAuthSettings = NonNullable<ApiAuthSettings['oauth2']>;

/** A token is not used in its last seconds, so that it does not expire on its way. */
const EXPIRY_MARGIN_MS = 30_000;

interface IssuedToken {
  readonly token: string;
  /** By the clock of `performance.now()`; absent when the server did not say. */
  readonly usableUntil?: number;
}

function formOf({ scopes, audience }: OAuthSettings): URLSearchParams {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scopes && scopes.length > 0) form.set('scope', scopes.join(' '));
  if (audience) form.set('audience', audience);
  return form;
}

function parseToken({ status, bytes }: ApiAnswer, tokenUrl: string): IssuedToken {
  const what = `api.auth.oauth2: ${tokenUrl}`;
  // What the server says about a refusal may repeat what was sent.
  if (status !== 200) throw new FetchError(`${what}: status ${status}, expected 200`);
  let answer: { access_token?: unknown; expires_in?: unknown } | null;
  try {
    answer = JSON.parse(bytes.toString()) as typeof answer;
  } catch {
    throw new FetchError(`${what}: the answer is not JSON`);
  }
  if (typeof answer?.access_token !== 'string' || answer.access_token === '') {
    throw new FetchError(`${what}: the answer holds no access_token`);
  }
  const seconds = Number(answer.expires_in);
  const token = answer.access_token;
  return seconds > 0 ? { token, usableUntil: performance.now() + seconds * 1000 - EXPIRY_MARGIN_MS } : { token };
}

async function requestToken(settings: OAuthSettings, secret: string, limits: RequestLimits): Promise<IssuedToken> {
  const form = formOf(settings);
  const { tokenUrl, clientId } = settings;
  const post = (body: URLSearchParams, credentials?: Record<string, string>) =>
    requestWithRetries(limits, tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      credentials,
      body: body.toString(),
    });
  // RFC 6749, 2.3.1: every server knows Basic for clients with a password; some want it in the form all the same.
  const userinfo = [clientId, secret].map((part) => encodeURIComponent(part)).join(':');
  const answer = await post(form, { authorization: `Basic ${Buffer.from(userinfo).toString('base64')}` });
  if (answer.status !== 400 && answer.status !== 401) return parseToken(answer, tokenUrl);
  return parseToken(
    await post(new URLSearchParams([...form, ['client_id', clientId], ['client_secret', secret]])),
    tokenUrl,
  );
}

/** Tokens by the client credentials grant, kept from pass to pass until they expire (ahead.md P4). */
export class OAuthTokens {
  readonly #issued = new Map<string, IssuedToken>();

  /**
   * A token for these settings: one that was issued before, as long as it is usable, else a new one.
   * @param refused - a token that the upstream did not take, not to be used again
   * @throws FetchError
   */
  async get(settings: OAuthSettings, limits: RequestLimits, refused?: string): Promise<string> {
    const secret = (await readSecretFile(settings.clientSecretFile, 'api.auth.oauth2.clientSecretFile')).reveal();
    const key = createHash('sha256')
      .update(JSON.stringify([settings, secret]))
      .digest('hex');
    const known = this.#issued.get(key);
    if (known && known.token !== refused && (known.usableUntil ?? 0) > performance.now()) return known.token;
    const issued = await requestToken(settings, secret, limits);
    this.#forgetExpired();
    if (issued.usableUntil !== undefined) this.#issued.set(key, issued);
    return issued.token;
  }

  #forgetExpired(): void {
    for (const [key, { usableUntil = 0 }] of this.#issued) {
      if (usableUntil <= performance.now()) this.#issued.delete(key);
    }
  }
}
