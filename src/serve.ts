import type { ServeOptions } from './operations/serve-options.js';
import { startTelemetry } from './telemetry/telemetry.js';

/**
 * Runs the server, or one of its workers, until SIGTERM or SIGINT.
 * @returns when the last request has been answered and everything is closed
 * @throws Error on any failure before the listeners are up; the message is for the operator
 */
export async function serve(options: ServeOptions): Promise<void> {
  const telemetry = await startTelemetry(options.config.telemetry);
  try {
    // Only now: modules that are loaded before telemetry starts cannot be instrumented.
    if (options.role.worker === undefined) {
      const { runServer } = await import('./server.js');
      await runServer(options, telemetry);
    } else {
      const { runWorker } = await import('./worker.js');
      await runWorker(options, telemetry);
    }
  } finally {
    await telemetry.shutdown();
  }
}
