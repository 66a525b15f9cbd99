import { compactVerify } from 'jose';
import { atMost } from '../../common/at-most.js';
import type { TokenClaims } from '../../claims/claims.js';
import type { Secret } from '../../common/secret.js';
import type { ProviderConfig } from '../../config/config.js';
import { createLogger, type Logger } from '../../telemetry/logging.js';
import { applyClaimMappings } from './claim-mappings.js';
import { Discovery } from './discovery.js';
import { Introspection } from './introspection.js';
import type { ParsedJwt } from './jwt.js';
import { KeySet } from './key-set.js';
import type { ProviderTransport } from './provider-client.js';
import { TokenRefusedError } from './refusal.js';
import { expiryOf, findRefusal, readKeyReference, type KeyReference } from './token-checks.js';
import { VerificationKey } from './verification-key.js';
import { errorText } from '../../common/error-text.js';

/** A token that has been verified, and for how long that may be relied upon. */
export interface VerifiedToken {
  /** The token's claims, with the provider's mappings applied. */
  readonly claims: TokenClaims;
  /** Whether the token would still be accepted: it has not expired and its key is published. */
  isGood(nowMs: number): boolean;
}

/** How long a request waits for documents of its provider; below the listener's limit, so that the answer says why. */
const PATIENCE_MS = 8_000;

/** One configured identity provider: its keys, its rules and, for opaque tokens, its introspection endpoint. */
export class IdentityProvider {
  readonly discovery: Discovery;
  readonly #keys: KeySet;
  readonly #introspection: Introspection | undefined;

  constructor(
    readonly config: ProviderConfig,
    private readonly client: ProviderTransport,
    clientSecret: () => Promise<Secret | undefined>,
    private readonly log: Pick<Logger, 'warn'> = createLogger('auth'),
  ) {
    this.discovery = new Discovery(config.issuerUrl, client);
    this.#keys = new KeySet(
      () => this.fetchKeys(),
      (error) => this.reportStaleKeys(error),
    );
    this.#introspection =
      config.introspectionUrl === undefined
        ? undefined
        : new Introspection({ url: config.introspectionUrl, clientId: config.clientId, clientSecret }, client);
  }

  /** Whether tokens that are no JWTs may be this provider's. */
  get introspects(): boolean {
    return this.#introspection !== undefined;
  }

  /**
   * Validates a JWT (auth spec 6). Claims and header are checked before any key is fetched for them.
   * @throws TokenRefusedError
   */
  async verifyJwt(jwt: ParsedJwt): Promise<VerifiedToken> {
    this.assertClaims(jwt.claims);
    const reference = readKeyReference(jwt.header);
    if (typeof reference === 'string') throw new TokenRefusedError(reference);
    const key = await this.verifySignature(jwt, reference);
    const expiresAtMs = expiryOf(jwt.claims, this.config.clockSkewMs);
    return {
      claims: applyClaimMappings(jwt.claims, this.config.claimMappings),
      isGood: (nowMs) => nowMs < expiresAtMs && this.#keys.holds(key),
    };
  }

  /**
   * Validates an opaque token by asking the provider (RFC 7662); all members of the answer are claims.
   * @returns a token that is good this once: one that is revoked is refused from the next request on
   * @throws TokenRefusedError
   */
  async verifyOpaque(token: string): Promise<VerifiedToken> {
    if (!this.#introspection) throw new TokenRefusedError('malformed');
    const claims = await this.#introspection.ask(token);
    this.assertClaims(claims);
    return { claims: applyClaimMappings(claims, this.config.claimMappings), isGood: () => false };
  }

  /** Closes the connections to the provider. */
  close(): Promise<void> {
    return this.client.close();
  }

  private reportStaleKeys(error: unknown): void {
    const detail = errorText(error);
    this.log.warn({ provider: this.config.name, detail }, 'refreshing the keys of an identity provider failed');
  }

  private assertClaims(claims: TokenClaims): void {
    const reason = findRefusal(claims, this.config, Date.now());
    if (reason) throw new TokenRefusedError(reason);
  }

  private async verifySignature(jwt: ParsedJwt, { kid, algorithm }: KeyReference): Promise<VerificationKey> {
    const candidates = await atMost(this.#keys.find(kid, algorithm), PATIENCE_MS);
    if (!candidates) throw new TokenRefusedError('provider unreachable', `no answer within ${PATIENCE_MS} ms`);
    let cause: unknown;
    for (const key of candidates) {
      try {
        await compactVerify(jwt.text, await key.forAlgorithm(algorithm), { algorithms: [algorithm] });
        return key;
      } catch (error) {
        cause = error;
      }
    }
    throw new TokenRefusedError(candidates.length === 0 ? 'unknown key' : 'signature', undefined, { cause });
  }

  private async fetchKeys(): Promise<VerificationKey[]> {
    const url = this.config.jwksUrl ?? (await this.discovery.metadata()).jwksUri;
    const { keys } = await this.client.getJson(url);
    if (!Array.isArray(keys)) throw new TokenRefusedError('provider unusable', `${url} holds no list of keys`);
    return keys.flatMap((key) => VerificationKey.from(key) ?? []);
  }
}
