import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AuthConfig, ProviderConfig } from '../config.js';
import type { ProblemList } from '../problem.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

type FileKey = 'clientSecretFile' | 'caCertPath' | 'authTokenFile';

function findUnusable(key: FileKey, path: string): string | undefined {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return `cannot read ${path}`;
  }
  if (key === 'authTokenFile' && content.trim() === '') return `${path} is empty`;
  if (key === 'caCertPath' && !content.match(CERTIFICATE)?.some(isCertificate))
    return `${path} holds no PEM certificate`;
  return undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).fingerprint256 !== '';
  } catch {
    return false;
  }
}

function checkProvider(provider: ProviderConfig, index: number, problems: ProblemList): void {
  for (const key of ['clientSecretFile', 'caCertPath', 'authTokenFile'] as const) {
    const path = provider[key];
    const reason = path === undefined ? undefined : findUnusable(key, path);
    if (reason === undefined) continue;
    const name = `auth.oauth.providers[${index}].${key}`;
    problems.add(['auth', 'oauth', 'providers', index, key], `${name} of provider '${provider.name}': ${reason}`);
  }
}

/** Checks that the files which identity providers name can be used (auth spec 2). An empty client secret is allowed. */
export function checkProviderFiles(auth: AuthConfig, problems: ProblemList): void {
  for (const [index, provider] of (auth.oauth?.providers ?? []).entries()) checkProvider(provider, index, problems);
}
