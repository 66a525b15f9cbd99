import { unwatchFile, watchFile } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { RegistryConfig } from '../config/config.js';
import { createLogger } from '../telemetry/logging.js';
import { errorText } from '../common/error-text.js';

/** How often the file is looked at, in milliseconds; symbolic links are followed, as Kubernetes replaces them. */
const WATCH_INTERVAL_MS = 2_000;

const log = createLogger('reload');

/** What a reload needs. */
export interface ReloadOptions {
  readonly path: string;
  readonly current: RegistryConfig;
  /** Reads and checks the file. @throws Error when it is not good */
  readonly read: () => RegistryConfig;
  /** Makes the file the truth. @throws Error when it contradicts what the API made; nothing has changed then */
  readonly apply: (config: RegistryConfig) => Promise<void>;
}

/** Parts that are used once, at start. */
const NEEDS_RESTART: readonly (readonly [string, (config: RegistryConfig) => unknown])[] = [
  ['database', ({ database }) => withoutSecrets(database)],
  ['audit', ({ audit }) => audit],
  ['telemetry', ({ telemetry }) => telemetry],
  ['catalog', ({ catalog }) => catalog],
];

/** Secrets are compared by what they hide, which stays in here. */
function withoutSecrets(database: RegistryConfig['database']): unknown {
  const { password, migrationPassword, ...rest } = database;
  return [rest, password?.reveal(), migrationPassword?.reveal()];
}

/** Keys of the new configuration that differ and take effect only after a restart. */
export function findKeysThatNeedRestart(current: RegistryConfig, next: RegistryConfig): string[] {
  return NEEDS_RESTART.filter(([, part]) => !isDeepStrictEqual(part(current), part(next))).map(([key]) => key);
}

/**
 * Follows the configuration file (ahead.md P12): on SIGHUP, and when the file was replaced, it is read, checked and applied
 * without dropping a request; a bad file is refused with an ERROR and the old one stays.
 */
export class ConfigReloader {
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly options: ReloadOptions) {}

  /** Starts to watch the file. */
  start(): void {
    watchFile(this.options.path, { interval: WATCH_INTERVAL_MS, persistent: false }, (now, before) => {
      const isReplaced = now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size;
      if (isReplaced && now.nlink > 0) void this.reload();
    });
  }

  /** Stops watching; a reload that runs is awaited. */
  async stop(): Promise<void> {
    unwatchFile(this.options.path);
    await this.#running;
  }

  /** Reads and applies the file; reloads run one after the other. Never rejects. */
  reload(): Promise<void> {
    this.#running = this.#running.then(() => this.tryReload());
    return this.#running;
  }

  private async tryReload(): Promise<void> {
    const { current, read, apply } = this.options;
    try {
      const next = read();
      const keys = findKeysThatNeedRestart(current, next);
      if (keys.length > 0) log.warn({ keys }, 'configuration changed where only a restart takes effect');
      await apply(next);
      log.info('configuration reloaded');
    } catch (error) {
      const reason = errorText(error);
      log.error({ reason }, 'configuration refused, the old one stays');
    }
  }
}
