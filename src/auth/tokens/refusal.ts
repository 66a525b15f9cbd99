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

/**
 * A token does not validate. The message is for the log only and holds nothing of the token.
 * `unavailable` says that the provider could not be asked, so that nobody knows whether the token is good.
 */
export class TokenRefusedError extends Error {
  /** Name of the provider that refused it; undefined when none was asked. */
  provider: string | undefined;

  constructor(
    readonly reason: RefusalReason,
    message: string = reason,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'TokenRefusedError';
  }

  get unavailable(): boolean {
    return this.reason === 'provider unreachable';
  }
}
