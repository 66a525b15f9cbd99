const SCHEME = 'bearer ';

/**
 * Takes the token out of an `Authorization` header: the scheme in any letter case, one blank, the token (auth spec 5).
 * @returns undefined when there is no such header or no token in it; what is not a token is left to validation
 */
export function bearerToken(authorization = ''): string | undefined {
  if (authorization.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return undefined;
  const token = authorization.slice(SCHEME.length);
  return /\S/.test(token) ? token : undefined;
}
