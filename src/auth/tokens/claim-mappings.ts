import type { TokenClaims } from '../../claims/claims.js';

function valueAt(claims: TokenClaims, path: readonly string[]): unknown {
  let value: unknown = claims;
  for (const member of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, member)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[member];
  }
  return value;
}

function asText(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

/**
 * Adds top-level claims that are taken from inside a token (ahead.md P14); numbers and booleans become strings, also in
 * lists. A mapped claim has its value from its path alone: where the path leads nowhere the claim is absent, even if the
 * token has a top-level claim of that name, because that one may be under the control of another party.
 */
export function applyClaimMappings(
  claims: TokenClaims,
  mappings: Readonly<Record<string, readonly string[]>>,
): TokenClaims {
  const entries = Object.entries(mappings);
  if (entries.length === 0) return claims;
  const mapped = new Map(Object.entries(claims));
  for (const [claim, path] of entries) {
    const value = valueAt(claims, path);
    if (value === undefined) mapped.delete(claim);
    else mapped.set(claim, Array.isArray(value) ? value.map(asText) : asText(value));
  }
  return Object.fromEntries(mapped);
}
