import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../telemetry/logging.js';
import type { DatabaseConnection } from './database-connection.js';
import { isPassingOutage } from './database-errors.js';
import { withClient } from './open-client.js';

const LIMIT_MS = 30_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2_000;

/**
 * Resolves when the database lets the application user in. One that is down or starting is tried again for 30 s (operations spec R-12).
 * @param limitMs - how long to try
 * @throws Error that names user, host, port and database: at once for wrong credentials, a missing database or TLS that cannot be
 *   agreed on, else when the time is over
 */
export async function waitForDatabase({ application }: DatabaseConnection, limitMs = LIMIT_MS): Promise<void> {
  const log = createLogger('database');
  const deadline = Date.now() + limitMs;
  for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(delayMs * 2, LAST_RETRY_MS)) {
    try {
      await withClient(application, (client) => client.query('SELECT 1'));
      return;
    } catch (error) {
      if (!isPassingOutage(error) || Date.now() + delayMs > deadline) throw error;
      log.warn({ err: error, retryInMs: delayMs }, 'database not reachable yet');
      await sleep(delayMs);
    }
  }
}
