import type { EnvironmentConfig, ProviderConfig } from '../../config/config.js';
import { TokenVerifier, type TokenVerdict } from './verified-token.js';

const REFUSED: TokenVerdict = { accepted: false, unavailable: false };

/** Validates tokens against the configured identity providers. */
export class ProviderTokenVerifier extends TokenVerifier {
  constructor(
    readonly providers: readonly ProviderConfig[],
    readonly environment: EnvironmentConfig,
  ) {
    super();
  }

  override async verify(_token: string): Promise<TokenVerdict> {
    return REFUSED;
  }
}
