import type { AuthConfig, EnvironmentConfig, ProviderConfig } from '../../config/config.js';
import { IdentityProvider } from './identity-provider.js';
import { ProviderClient } from './provider-client.js';
import { readCaBundle, readClientSecret } from './provider-files.js';

/** The part of the environment that matters to providers. */
export type ProviderEnvironment = Pick<EnvironmentConfig, 'insecureUrl' | 'oidcClientSecret'>;

/** The providers that tokens are validated with; none in anonymous mode, where nothing of them is looked at. */
export function configuredProviders(config: AuthConfig): readonly ProviderConfig[] {
  return config.mode === 'oauth' ? (config.oauth?.providers ?? []) : [];
}

async function createProvider(config: ProviderConfig, environment: ProviderEnvironment): Promise<IdentityProvider> {
  const client = new ProviderClient(config, await readCaBundle(config), environment.insecureUrl);
  return new IdentityProvider(config, client, () => readClientSecret(config, environment.oidcClientSecret));
}

/**
 * Makes the providers ready; none of them is contacted.
 * @param present - providers in use, which are kept where their configuration is still the same, with their keys
 * @throws Error that names the provider whose CA bundle is missing or no good
 */
export async function createProviders(
  config: AuthConfig,
  environment: ProviderEnvironment,
  present: readonly IdentityProvider[] = [],
): Promise<IdentityProvider[]> {
  const kept = new Map(present.map((provider) => [JSON.stringify(provider.config), provider]));
  const providers: IdentityProvider[] = [];
  for (const wanted of configuredProviders(config)) {
    providers.push(kept.get(JSON.stringify(wanted)) ?? (await createProvider(wanted, environment)));
  }
  return providers;
}
