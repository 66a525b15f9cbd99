import type { TokenClaims } from '../../claims/claims.js';
import type { Secret } from '../../common/secret.js';
import type { ProviderTransport } from './provider-client.js';
import { TokenRefusedError } from './refusal.js';

/** Where and as whom to ask about tokens. */
export interface IntrospectionEndpoint {
  readonly url: string;
  readonly clientId: string | undefined;
  /** Gives the client's secret; undefined when there is none, and then no credentials are sent. */
  readonly clientSecret: () => Promise<Secret | undefined>;
}

/** A provider's introspection endpoint (RFC 7662, auth spec 7.3). */
export class Introspection {
  constructor(
    private readonly endpoint: IntrospectionEndpoint,
    private readonly client: Pick<ProviderTransport, 'postForm'>,
  ) {}

  /**
   * Asks about a token.
   * @returns all members of the answer about an active token; its `iss`, `aud` and `exp` are left to check
   * @throws TokenRefusedError `inactive` for any other token
   */
  async ask(token: string): Promise<TokenClaims> {
    const form = { token, token_type_hint: 'access_token' };
    const answer = await this.client.postForm(this.endpoint.url, form, await this.credentials());
    if (answer['active'] !== true) throw new TokenRefusedError('inactive');
    return answer;
  }

  private async credentials(): Promise<Record<string, string>> {
    const { clientId } = this.endpoint;
    const secret = await this.clientSecret();
    if (!clientId || !secret?.reveal()) return {};
    return { authorization: `Basic ${Buffer.from(`${clientId}:${secret.reveal()}`).toString('base64')}` };
  }

  private async clientSecret(): Promise<Secret | undefined> {
    try {
      return await this.endpoint.clientSecret();
    } catch (error) {
      const message = error instanceof Error ? error.message : 'the client secret cannot be read';
      throw new TokenRefusedError('provider unusable', message, { cause: error });
    }
  }
}
