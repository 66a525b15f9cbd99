import { LRUCache } from 'lru-cache';
import { atMost } from '../../common/at-most.js';
import { createLogger, type Logger } from '../../telemetry/logging.js';
import { countToken } from '../auth-metrics.js';
import type { IdentityProvider, VerifiedToken } from './identity-provider.js';
import { parseJwt, type ParsedJwt } from './jwt.js';
import { TokenRefusedError } from './refusal.js';
import { tokenDigest } from './token-digest.js';
import { TokenVerifier, type TokenVerdict } from './token-verifier.js';

/** Bounds of the memory of verified tokens: how many, and how many characters of tokens they stand for. */
const MAX_REMEMBERED = 20_000;
const MAX_REMEMBERED_CHARACTERS = 16 * 1024 * 1024;

/** What a remembered token costs besides its claims, counted in characters. */
const OVERHEAD = 500;

/** A token that is refused again for the same reason within this time is not logged again. */
const LOG_INTERVAL_MS = 60_000;

/** How long an introspection endpoint is waited for before the next provider is asked as well. */
const HEDGE_MS = 250;

const REFUSED: TokenVerdict = { accepted: false, unavailable: false };
const UNAVAILABLE: TokenVerdict = { accepted: false, unavailable: true };

/** A good token and the name of the provider that said so. */
interface AcceptedToken {
  readonly provider: string;
  readonly token: VerifiedToken;
}

interface RememberedToken extends AcceptedToken {
  readonly verdict: TokenVerdict;
}

/** The values of a refused token that help an operator; they are the sender's own words, hence the limit. */
function shown(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 200) : undefined;
}

function refusals(errors: readonly unknown[]): TokenRefusedError[] {
  return errors.filter((error) => error instanceof TokenRefusedError);
}

async function ask(provider: IdentityProvider, verify: () => Promise<VerifiedToken>): Promise<AcceptedToken> {
  try {
    return { provider: provider.config.name, token: await verify() };
  } catch (error) {
    if (error instanceof TokenRefusedError) error.provider = provider.config.name;
    throw error;
  }
}

/**
 * Validates tokens with the configured identity providers and remembers, by the SHA-256 of the token, the JWTs that were
 * good, until they expire or their key is no longer published. A JWT is shown to the providers of its issuer only
 * (auth spec 17.5). Whether an opaque token is still good, only its provider knows: it is asked for every request.
 */
export class ProviderTokenVerifier extends TokenVerifier {
  readonly #remembered = new LRUCache<string, RememberedToken>({
    max: MAX_REMEMBERED,
    maxSize: MAX_REMEMBERED_CHARACTERS,
  });
  /** When the last refusals were logged. */
  readonly #loggedAtMs = new LRUCache<string, number>({ max: 1_000 });
  #providers: readonly IdentityProvider[];

  /** @param providers - in configuration order: the first that accepts a token wins */
  constructor(
    providers: readonly IdentityProvider[],
    private readonly log: Pick<Logger, 'warn'> = createLogger('auth'),
  ) {
    super();
    this.#providers = providers;
  }

  get providers(): readonly IdentityProvider[] {
    return this.#providers;
  }

  /** Goes on with these providers; tokens are verified anew when one of the present ones is not among them. */
  replaceProviders(providers: readonly IdentityProvider[]): void {
    if (this.#providers.some((provider) => !providers.includes(provider))) this.#remembered.clear();
    this.#providers = providers;
  }

  override verify(token: string, connection?: object): TokenVerdict | Promise<TokenVerdict> {
    const digest = tokenDigest(token, connection);
    const remembered = this.#remembered.get(digest);
    if (remembered?.token.isGood(Date.now())) {
      countToken(remembered.provider, 'accepted');
      return remembered.verdict;
    }
    return this.verifyAnew(token, digest);
  }

  private async verifyAnew(token: string, digest: string): Promise<TokenVerdict> {
    const jwt = parseJwt(token);
    try {
      const accepted = await (jwt ? this.verifyJwt(jwt) : this.verifyOpaque(token));
      const verdict: TokenVerdict = { accepted: true, claims: accepted.token.claims };
      if (jwt) this.#remembered.set(digest, { ...accepted, verdict }, { size: token.length + OVERHEAD });
      countToken(accepted.provider, 'accepted');
      return verdict;
    } catch (error) {
      this.#remembered.delete(digest);
      if (!(error instanceof TokenRefusedError)) throw error;
      countToken(error.provider ?? '', error.reason);
      this.report(digest, error, jwt);
      return error.unavailable ? UNAVAILABLE : REFUSED;
    }
  }

  private async verifyJwt(jwt: ParsedJwt): Promise<AcceptedToken> {
    const errors: unknown[] = [];
    for (const provider of this.#providers) {
      if (provider.config.issuerUrl !== jwt.claims['iss']) continue;
      try {
        return await ask(provider, () => provider.verifyJwt(jwt));
      } catch (error) {
        if (!(error instanceof TokenRefusedError)) throw error;
        errors.push(error);
      }
    }
    // Of several providers of one issuer, each with its own audience, the one that the token is meant for knows best.
    const refused = refusals(errors);
    throw (
      refused.find((error) => error.unavailable) ??
      refused.find((error) => error.reason !== 'audience') ??
      refused[0] ??
      new TokenRefusedError('issuer')
    );
  }

  private async verifyOpaque(token: string): Promise<AcceptedToken> {
    const attempts: Promise<AcceptedToken>[] = [];
    if (/^[\x21-\x7e]+$/.test(token)) {
      for (const provider of this.#providers) {
        if (!provider.introspects) continue;
        attempts.push(ask(provider, () => provider.verifyOpaque(token)));
        const accepted = await atMost(
          Promise.any(attempts).catch(() => undefined),
          HEDGE_MS,
        );
        if (accepted) return accepted;
      }
    }
    if (attempts.length === 0) throw new TokenRefusedError('malformed');
    try {
      return await Promise.any(attempts);
    } catch (error) {
      const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
      const refused = refusals(errors);
      if (refused.length < errors.length) throw error;
      // A provider that was asked and does not know the token decides, whatever has become of the others.
      throw refused.find((refusal) => !refusal.unavailable) ?? refused[0] ?? error;
    }
  }

  private report(digest: string, error: TokenRefusedError, jwt: ParsedJwt | undefined): void {
    const refusal = `${digest} ${error.reason}`;
    const lastMs = this.#loggedAtMs.get(refusal) ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - lastMs < LOG_INTERVAL_MS) return;
    this.#loggedAtMs.set(refusal, performance.now());
    const fields = {
      provider: error.provider,
      reason: error.reason,
      kid: shown(jwt?.header['kid']),
      issuer: error.reason === 'issuer' ? shown(jwt?.claims['iss']) : undefined,
      detail: error.message === error.reason ? undefined : error.message,
    };
    this.log.warn(fields, 'token refused');
  }
}
