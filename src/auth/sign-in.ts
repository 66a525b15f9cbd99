import type { AuthSettings } from './auth-settings.js';
import type { ProviderTokenVerifier } from './tokens/provider-token-verifier.js';
import { TokenRefusedError } from './tokens/refusal.js';

/** Where and as whom a person signs in from the API's documentation (OAuth 2.0 authorisation code with PKCE). */
export interface SignIn {
  readonly clientId: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
}

/** Finds out how Swagger UI can sign in: with the first provider, when `auth.oauth.swaggerClientId` is set. */
export class SignInDirectory {
  constructor(
    private readonly settings: AuthSettings,
    private readonly verifier: ProviderTokenVerifier,
  ) {}

  /** The sign-in; undefined when it is not configured, or the provider's discovery document cannot be had now. */
  async find(): Promise<SignIn | undefined> {
    const clientId = this.settings.config.oauth?.swaggerClientId;
    const [provider] = this.verifier.providers;
    // With `jwksUrl` no discovery request is ever made (auth spec 2).
    if (!this.settings.authenticates || !clientId || !provider || provider.config.jwksUrl !== undefined) {
      return undefined;
    }
    try {
      const { authorizationEndpoint, tokenEndpoint } = await provider.discovery.metadata();
      if (authorizationEndpoint === undefined || tokenEndpoint === undefined) return undefined;
      return { clientId, authorizationUrl: authorizationEndpoint, tokenUrl: tokenEndpoint };
    } catch (error) {
      if (error instanceof TokenRefusedError) return undefined;
      throw error;
    }
  }
}
