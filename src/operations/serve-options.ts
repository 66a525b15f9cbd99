import type { ProcessRole } from '../common/process-role.js';
import type { RegistryConfig } from '../config/config.js';
import type { ListenAddress } from './listen-address.js';

/** What `serve` needs to know; all of it has been checked. */
export interface ServeOptions {
  readonly config: RegistryConfig;
  /** One sentence for each oddity of the configuration file, with the full path of the key. */
  readonly warnings: readonly string[];
  readonly address: ListenAddress;
  readonly internalAddress: ListenAddress;
  /** Whether this process serves alone, else which of the workers it is. */
  readonly role: ProcessRole;
  /** The configuration file, which is followed while the server runs (ahead.md P12). */
  readonly configPath: string;
  /** Reads and checks the configuration file anew. @throws Error when it is not good */
  readonly reload: () => RegistryConfig;
}
