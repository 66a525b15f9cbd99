/**
 * Takes the token out of an `Authorization` header: the scheme in any letter case, one blank, the token (auth spec 5).
 * @returns undefined when there is no such header or no token in it; what is not a token is left to validation
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  const token = /^bearer (.*)$/is.exec(authorization ?? '')?.[1];
  return token === undefined || token.trim() === '' ? undefined : token;
}
