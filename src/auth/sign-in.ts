import { atMost } from '../common/at-most.js';
import type { AuthSettings } from './auth-settings.js';
import type { ProviderTokenVerifier } from './tokens/provider-token-verifier.js';
import { TokenRefusedError } from './tokens/refusal.js';

/** As whom, and for what, the API's documentation asks for tokens. */
export interface SignInClient {
  readonly clientId: string;
  readonly audience: string;
}

/** Where a person signs in (OAuth 2.0 authorisation code with PKCE). */
export interface SignInEndpoints {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
}

/** How long the documentation's page waits for the provider; without an answer it offers to paste a token only. */
const PATIENCE_MS = 2_000;

/** Finds out how Swagger UI can sign in: with the first provider, when `auth.oauth.swaggerClientId` is set. */
export class SignInDirectory {
  constructor(
    private readonly settings: AuthSettings,
    private readonly verifier: ProviderTokenVerifier,
  ) {}

  /** The client; undefined when signing in is not configured. */
  get client(): SignInClient | undefined {
    const { mode, oauth } = this.settings.config;
    const provider = oauth?.providers[0];
    if (mode !== 'oauth' || !oauth?.swaggerClientId || !provider) return undefined;
    return { clientId: oauth.swaggerClientId, audience: provider.audience };
  }

  /** The endpoints; undefined when signing in is not configured, or the provider cannot be asked for them now. */
  async find(): Promise<SignInEndpoints | undefined> {
    const [provider] = this.verifier.providers;
    // With `jwksUrl` no discovery request is ever made (auth spec 2).
    if (!this.client || !provider || provider.config.jwksUrl !== undefined) return undefined;
    try {
      const metadata = await atMost(provider.discovery.metadata(), PATIENCE_MS);
      if (metadata?.authorizationEndpoint === undefined || metadata.tokenEndpoint === undefined) return undefined;
      return { authorizationUrl: metadata.authorizationEndpoint, tokenUrl: metadata.tokenEndpoint };
    } catch (error) {
      if (error instanceof TokenRefusedError) return undefined;
      throw error;
    }
  }
}
