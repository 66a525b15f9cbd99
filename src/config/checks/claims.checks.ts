import { findInvalidClaim } from '../../claims/claims.js';
import type { Report } from './report.js';

/** Checks that every claim is a text or a list of texts. */
export function checkClaims(claims: Readonly<Record<string, unknown>> | undefined, report: Report): void {
  for (const [key, value] of Object.entries(claims ?? {})) {
    report.addIf(['claims', key], findInvalidClaim({ [key]: value }));
  }
}
