import type { ApiAuthSettings } from '../../../model/source-settings.js';
import { FetchError } from '../../pass-errors.js';
import { readSecretFile } from '../../secret-file.js';
import type { RequestLimits } from './api-request.js';
import type { OAuthTokens } from './oauth-token.js';

/** Headers that carry credentials. */
export type CredentialHeaders = Readonly<Record<string, string>>;

async function fileHeaders(headers: Readonly<Record<string, string>>): Promise<CredentialHeaders> {
  const entries: [string, string][] = [];
  for (const [name, path] of Object.entries(headers)) {
    const value = await readSecretFile(path, `api.auth.headers.${name}`);
    entries.push([name.toLowerCase(), value.reveal()]);
  }
  return Object.fromEntries(entries);
}

/**
 * Reads the credentials of an api source, anew for each pass (ahead.md P4).
 * @param refused - headers that the upstream answered with 401; gives others, or undefined when there are none to try
 * @throws FetchError when a file cannot be read, holds no token, or no token is issued
 */
export async function readCredentials(
  auth: ApiAuthSettings | undefined,
  tokens: OAuthTokens,
  limits: RequestLimits,
  refused?: CredentialHeaders,
): Promise<CredentialHeaders | undefined> {
  if (auth?.oauth2) {
    const token = await tokens.get(auth.oauth2, limits, refused?.authorization?.replace(/^Bearer /, ''));
    return { authorization: `Bearer ${token}` };
  }
  if (refused) return undefined;
  if (auth?.bearerTokenFile) {
    const token = (await readSecretFile(auth.bearerTokenFile, 'api.auth.bearerTokenFile')).reveal();
    if (token === '') throw new FetchError(`api.auth.bearerTokenFile is empty: ${auth.bearerTokenFile}`);
    return { authorization: `Bearer ${token}` };
  }
  return auth?.headers ? fileHeaders(auth.headers) : {};
}

/** Makes sure that credentials can stand in a header; a file with several lines cannot. @throws FetchError */
export function assertHeaderValues(headers: CredentialHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw new FetchError(`api.auth: the value for the header ${name} holds characters that a header cannot carry`);
    }
  }
}
