import { isJsonObject } from '../../common/json-object.js';
import type { TokenClaims } from '../../claims/claims.js';

/** The parts of a token that has the form of a JWT; nothing of it is verified. */
export interface ParsedJwt {
  /** The token as received. */
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: TokenClaims;
}

const JWT_FORM = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(UTF8.decode(Buffer.from(part, 'base64url')));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a token that has three base64url parts of which the first two are JSON objects (auth spec 6).
 * @returns undefined for any other token, which is then opaque
 */
export function parseJwt(text: string): ParsedJwt | undefined {
  const [, headerPart = '', claimsPart = ''] = JWT_FORM.exec(text) ?? [];
  const header = parseObject(headerPart);
  const claims = header && parseObject(claimsPart);
  return claims && { text, header, claims };
}
