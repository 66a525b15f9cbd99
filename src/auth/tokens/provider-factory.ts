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

/** What each provider was made of, as text: its configuration and its certificates. */
const origins = new WeakMap<IdentityProvider, string>();

function createProvider(
  config: ProviderConfig,
  ca: string | undefined,
  environment: ProviderEnvironment,
): IdentityProvider {
  const client = new ProviderClient(config, ca, environment.insecureUrl);
  return new IdentityProvider(config, client, () => readClientSecret(config, environment.oidcClientSecret));
}

/**
 * Makes the providers ready; none of them is contacted.
 * @param present - providers in use, which are kept, with their keys, where their configuration and the content of their
 *   CA bundle are still the same
 * @throws Error that names the provider whose CA bundle is missing or no good
 */
export async function createProviders(
  config: AuthConfig,
  environment: ProviderEnvironment,
  present: readonly IdentityProvider[] = [],
): Promise<IdentityProvider[]> {
  const kept = new Map(present.map((provider) => [origins.get(provider), provider]));
  const providers: IdentityProvider[] = [];
  for (const wanted of configuredProviders(config)) {
    const ca = await readCaBundle(wanted);
    const origin = JSON.stringify([wanted, ca]);
    const provider = kept.get(origin) ?? createProvider(wanted, ca, environment);
    origins.set(provider, origin);
    providers.push(provider);
  }
  return providers;
}
