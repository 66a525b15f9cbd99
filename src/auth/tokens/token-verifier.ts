import type { TokenClaims } from '../../claims/claims.js';

/** What came of the validation of a token. */
export type TokenVerdict =
  /** `claims` is one and the same object for a token as long as it is remembered. */
  | { readonly accepted: true; readonly claims: TokenClaims }
  /** `unavailable`: the token's provider could not be asked, so the answer is a 503. */
  | { readonly accepted: false; readonly unavailable: boolean };

/** Validates bearer tokens (auth spec 6 and 7). */
export abstract class TokenVerifier {
  /**
   * Answers at once for a token that is remembered.
   * @param connection - that the token came on, when it may bring it again
   */
  abstract verify(token: string, connection?: object): TokenVerdict | Promise<TokenVerdict>;
}
