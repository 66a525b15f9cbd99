import type { TokenClaims } from '../../claims/claims.js';

/** Why a token was refused, for the log; the client never learns it (ahead.md P14). */
export type RefusalReason =
  | 'malformed'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not yet valid'
  | 'algorithm'
  | 'unknown key'
  | 'signature'
  | 'inactive'
  | 'provider unreachable'
  | 'provider unusable';

/** What came of the validation of a token. */
export type TokenVerdict =
  /** `claims` are the same object for the same token as long as it is remembered. */
  | { readonly accepted: true; readonly claims: TokenClaims }
  | {
      readonly accepted: false;
      /** Whether the token's provider could not be asked, so that the answer is a 503. */
      readonly unavailable: boolean;
    };

/** Validates bearer tokens (auth spec 6 and 7). */
export abstract class TokenVerifier {
  abstract verify(token: string): Promise<TokenVerdict>;
}
