import { InvalidInputError } from '../errors.js';

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw new InvalidInputError('invalid percent-encoding in the query string', { cause: error });
  }
}

/**
 * Reads a query string strictly (consumer spec 3 and B1): `+` is a space, `;` an ordinary character, parameters repeat.
 * @param query - the text after the `?`
 * @returns every parameter with its values in order; empty values are kept
 * @throws InvalidInputError when something cannot be decoded or holds U+0000
 */
export function parseQueryString(query: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = decode(at < 0 ? '' : pair.slice(at + 1));
    if (value.includes('\u0000')) throw new InvalidInputError(`${name} cannot contain U+0000`);
    const values = parameters.get(name);
    if (values) values.push(value);
    else parameters.set(name, [value]);
  }
  return parameters;
}
