import { findInvalidClaim, isUnclaimed, type Claims } from '../../claims/claims.js';
import { errorText } from '../../common/error-text.js';
import { isJsonObject } from '../../common/json-object.js';
import { hasUnstorableText } from './unstorable-text.js';

/**
 * What the annotation `authz-claims` says. `inherited`: nothing, the source's claims apply. `own`: these and nothing of
 * the source's; null when it names none, which nobody but a super-admin sees once claims matter.
 */
export type AnnotatedClaims =
  | { readonly kind: 'inherited' }
  | { readonly kind: 'own'; readonly claims: Claims | null }
  | { readonly kind: 'invalid'; readonly problem: string };

/** Reads the annotation (kubernetes spec 5). What cannot be read is `invalid`: such an object must not be published. */
export function readAuthzClaims(annotation: string | undefined): AnnotatedClaims {
  if (annotation === undefined || annotation === '') return { kind: 'inherited' };
  let value: unknown;
  try {
    value = JSON.parse(annotation);
  } catch (error) {
    return { kind: 'invalid', problem: `not valid JSON: ${errorText(error)}` };
  }
  if (value === null) return { kind: 'own', claims: null };
  if (!isJsonObject(value)) return { kind: 'invalid', problem: 'must be a JSON object' };
  const problem = findInvalidClaim(value);
  if (problem !== undefined) return { kind: 'invalid', problem };
  if (hasUnstorableText(JSON.stringify(value))) return { kind: 'invalid', problem: 'holds text that cannot be stored' };
  const claims = value as Claims;
  return { kind: 'own', claims: isUnclaimed(claims) ? null : claims };
}
