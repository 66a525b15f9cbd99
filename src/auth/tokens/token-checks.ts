import type { TokenClaims } from '../../claims/claims.js';
import type { RefusalReason } from './refusal.js';

/** The signature algorithms that are accepted, each with the kind of key it needs (auth spec 6). */
export const ALGORITHMS: Readonly<Record<string, { readonly kty: string; readonly crv?: string }>> = Object.freeze({
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
});

/** What a token's claims must fit. */
export interface ExpectedToken {
  readonly issuerUrl: string;
  readonly audience: string;
  readonly clockSkewMs: number;
}

/** What a token's header says about its key. */
export interface KeyReference {
  readonly algorithm: string;
  readonly kid: string;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function namesAudience(audience: unknown, expected: string): boolean {
  if (typeof audience === 'string') return audience === expected;
  if (!Array.isArray(audience)) return false;
  return audience.every((member) => typeof member === 'string') && audience.includes(expected);
}

/** The moment, in milliseconds since the epoch, from which a token with a usable `exp` is refused. */
export function expiryOf(claims: TokenClaims, clockSkewMs: number): number {
  return Number(claims['exp']) * 1000 + clockSkewMs;
}

/**
 * Checks `iss`, `aud`, `exp` and `nbf` exactly as auth spec 6 says: no leeway but the configured one.
 * @param nowMs - milliseconds since the epoch
 * @returns why they are refused, or undefined when they are good
 */
export function findRefusal(claims: TokenClaims, expected: ExpectedToken, nowMs: number): RefusalReason | undefined {
  if (claims['iss'] !== expected.issuerUrl) return 'issuer';
  if (!namesAudience(claims['aud'], expected.audience)) return 'audience';
  if (!isTime(claims['exp']) || nowMs >= expiryOf(claims, expected.clockSkewMs)) return 'expired';
  if (!Object.hasOwn(claims, 'nbf')) return undefined;
  const notBefore = claims['nbf'];
  return isTime(notBefore) && notBefore * 1000 - expected.clockSkewMs <= nowMs ? undefined : 'not yet valid';
}

/**
 * Reads which key a token claims to be signed with.
 * @returns why it is refused: an algorithm that is not on the list, an extension (`crit`) that must be understood, no key
 */
export function readKeyReference(header: Readonly<Record<string, unknown>>): KeyReference | RefusalReason {
  const { alg, kid } = header;
  if (typeof alg !== 'string' || !Object.hasOwn(ALGORITHMS, alg) || Object.hasOwn(header, 'crit')) return 'algorithm';
  if (typeof kid !== 'string' || kid === '') return 'unknown key';
  return { algorithm: alg, kid };
}
