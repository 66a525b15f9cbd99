import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Secret } from '../../common/secret.js';
import type { ProviderConfig } from '../../config/config.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Reads a file that a provider's configuration names. */
async function read(provider: ProviderConfig, key: 'caCertPath' | 'clientSecretFile'): Promise<string> {
  const path = provider[key] ?? '';
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new Error(`identity provider "${provider.name}": ${key} "${path}" cannot be read: ${code}`, { cause: error });
  }
}

/**
 * The certificates of `caCertPath`, PEM; undefined when the key is absent.
 * @throws Error with the provider's name when there are none, or one of them is damaged
 */
export async function readCaBundle(provider: ProviderConfig): Promise<string | undefined> {
  if (provider.caCertPath === undefined) return undefined;
  const text = await read(provider, 'caCertPath');
  const certificates = text.match(CERTIFICATE) ?? [];
  const problem = `identity provider "${provider.name}": caCertPath "${provider.caCertPath}" holds no PEM certificate`;
  if (certificates.length === 0) throw new Error(problem);
  try {
    for (const certificate of certificates) void new X509Certificate(certificate);
  } catch (error) {
    throw new Error(problem, { cause: error });
  }
  return certificates.join('\n');
}

/** The secret of `clientSecretFile` without surrounding white space, which may be empty; else the fallback. */
export async function readClientSecret(
  provider: ProviderConfig,
  fallback: Secret | undefined,
): Promise<Secret | undefined> {
  if (provider.clientSecretFile === undefined) return fallback;
  return new Secret((await read(provider, 'clientSecretFile')).trim());
}
