import type { RegistryConfig } from './config/config.js';
import type { ListenAddress } from './operations/listener.js';
import { startTelemetry } from './telemetry/telemetry.js';

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

/**
 * Runs the server until SIGTERM or SIGINT.
 * @returns when the last request has been answered and everything is closed
 * @throws Error on any failure before the listeners are up; the message is for the operator
 */
export async function serve(options: ServeOptions): Promise<void> {
  const telemetry = await startTelemetry(options.config.telemetry);
  try {
    // Only now: modules that are loaded before telemetry starts cannot be instrumented.
    const { runServer } = await import('./server.js');
    await runServer(options, telemetry);
  } finally {
    await telemetry.shutdown();
  }
}
