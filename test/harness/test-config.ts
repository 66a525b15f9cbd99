import { ConfigError } from '../../src/config/config-error.js';
import type { RegistryConfig } from '../../src/config/config.js';
import { loadConfig, type ConfigOrigin } from '../../src/config/load-config.js';
import { createScratchFolder, newConfigDocument, type ConfigDocument } from './config-files.js';

/** Alters the smallest valid configuration in place, or gives another one. */
export type Change = (document: ConfigDocument) => object | void;

/** Sets members of the only source. */
export function inSource(members: object): Change {
  return (document) => void Object.assign(document.sources[0]!, members);
}

/** Replaces the only source by one of another kind, with an interval. */
export function synchronised(members: object): Change {
  return (document) => {
    document.sources[0] = { name: 'local', syncPolicy: { interval: '1h' }, ...members };
  };
}

/** Sets members of the only registry. */
export function inRegistry(members: object): Change {
  return (document) => void Object.assign(document.registries[0]!, members);
}

/** Sets members of the database block. */
export function inDatabase(members: object): Change {
  return (document) => void Object.assign(document.database!, members);
}

/** Switches to mode oauth with one provider that has these members besides the necessary ones. */
export function inProvider(members: object): Change {
  return (document) => {
    const provider = { name: 'p', issuerUrl: 'https://idp.example.com', audience: 'a', ...members };
    document.auth = { mode: 'oauth', oauth: { providers: [provider] } };
  };
}

/** Loads a configuration from a file that is written for it and removed again. */
export function loadTestConfig(
  change?: Change | string,
  options: Partial<ConfigOrigin> = {},
  onWarning?: (warning: string) => void,
): RegistryConfig {
  const folder = createScratchFolder();
  try {
    const path = folder.write('config.yaml', typeof change === 'string' ? change : newConfigDocument(change));
    return loadConfig({ path, environment: {}, ...options }, onWarning);
  } finally {
    folder.remove();
  }
}

/** The message with which loading such a configuration fails; undefined when it does not. */
export function loadFailure(change?: Change | string, options: Partial<ConfigOrigin> = {}): string | undefined {
  try {
    loadTestConfig(change, options);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}
