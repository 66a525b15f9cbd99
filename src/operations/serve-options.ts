import type { RegistryConfig } from '../config/config.js';
import type { ListenAddress } from './listener.js';

/** What `serve` needs to know; all of it has been checked. */
export interface ServeOptions {
  readonly config: RegistryConfig;
  /** One sentence for each oddity of the configuration file, with the full path of the key. */
  readonly warnings: readonly string[];
  readonly address: ListenAddress;
  readonly internalAddress: ListenAddress;
  /** The configuration file, which is followed while the server runs (ahead.md P12). */
  readonly configPath: string;
  /** Reads and checks the configuration file anew. @throws Error when it is not good */
  readonly reload: () => RegistryConfig;
}
