import type { AuthConfig } from '../config/config.js';
import { createLogger } from '../telemetry/logging.js';
import type { AuthSettings } from './auth-settings.js';
import { warnAboutPosture } from './posture-warnings.js';
import { createProviders, type ProviderEnvironment } from './tokens/provider-factory.js';
import type { ProviderTokenVerifier } from './tokens/provider-token-verifier.js';

const log = createLogger('auth');

/** Brings a changed `auth` block into force without dropping a request (ahead.md P12). */
export class AuthReloader {
  constructor(
    private readonly settings: AuthSettings,
    private readonly verifier: ProviderTokenVerifier,
    private readonly environment: ProviderEnvironment,
  ) {}

  /**
   * Checks a changed block as a start would and makes it ready.
   * @returns what puts it into force, to be called when all else of the new configuration has been accepted too
   * @throws Error when a start with it would fail; nothing has changed then
   */
  async prepare(config: AuthConfig): Promise<() => void> {
    const present = this.verifier.providers;
    const providers = await createProviders(config, this.environment, present);
    return () => {
      this.verifier.replaceProviders(providers);
      this.settings.apply(config);
      warnAboutPosture(config, log);
      for (const provider of present) {
        if (!providers.includes(provider)) void provider.close();
      }
    };
  }
}
