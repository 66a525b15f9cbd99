import type { ProviderTransport } from './provider-client.js';
import { TokenRefusedError } from './refusal.js';

/** What is used of a provider's discovery document (OpenID Connect Discovery 1.0, section 3). */
export interface ProviderMetadata {
  readonly jwksUri: string;
  readonly authorizationEndpoint: string | undefined;
  readonly tokenEndpoint: string | undefined;
}

function withoutTrailingSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A provider's discovery document: fetched when first needed, kept for the life of the process (auth spec 7.1). */
export class Discovery {
  #metadata: Promise<ProviderMetadata> | undefined;

  constructor(
    private readonly issuerUrl: string,
    private readonly client: Pick<ProviderTransport, 'getJson'>,
  ) {}

  /**
   * The document; requests that come while it is being fetched share the one request, a failure is not kept.
   * @throws TokenRefusedError when it cannot be fetched, or speaks for another issuer
   */
  metadata(): Promise<ProviderMetadata> {
    this.#metadata ??= this.fetch().catch((error: unknown) => {
      this.#metadata = undefined;
      throw error;
    });
    return this.#metadata;
  }

  private async fetch(): Promise<ProviderMetadata> {
    const issuer = withoutTrailingSlash(this.issuerUrl);
    const document = await this.client.getJson(`${issuer}/.well-known/openid-configuration`);
    const claimed = text(document['issuer']) ?? '';
    if (withoutTrailingSlash(claimed) !== issuer) {
      const message = `the discovery document speaks for the issuer "${claimed.slice(0, 200)}"`;
      throw new TokenRefusedError('provider unusable', message);
    }
    const jwksUri = text(document['jwks_uri']);
    if (!jwksUri) throw new TokenRefusedError('provider unusable', 'the discovery document has no jwks_uri');
    return {
      jwksUri,
      authorizationEndpoint: text(document['authorization_endpoint']),
      tokenEndpoint: text(document['token_endpoint']),
    };
  }
}
