import { InvalidInputError } from '../common/errors.js';
import { parseQueryString } from '../common/http/query-string.js';

/**
 * Reads the query of `POST /v1/sources/{name}/sync`.
 * @param url - the request's URL as sent
 * @returns whether the pass is to be tried only; of a repeated parameter the first counts (consumer spec 3)
 * @throws InvalidInputError when `dryRun` is neither true nor false
 */
export function readSyncQuery(url: string): { readonly isDryRun: boolean } {
  const at = url.indexOf('?');
  const values = at < 0 ? undefined : parseQueryString(url.slice(at + 1)).get('dryRun');
  const value = values?.[0] ?? 'false';
  if (value !== 'true' && value !== 'false') throw new InvalidInputError('dryRun must be true or false');
  return { isDryRun: value === 'true' };
}
