import type { TelemetryConfig } from '../config/config.js';
import type { Telemetry } from './telemetry-handle.js';

const OFF: Telemetry = { shutdown: async () => undefined };

/**
 * Starts traces and metrics as configured. To be called before the modules that are to be instrumented are imported. The SDK
 * is loaded only when it is switched on: it is a fifth of all modules.
 * @throws Error naming `telemetry.endpoint` when it is unusable
 */
export async function startTelemetry(config: TelemetryConfig): Promise<Telemetry> {
  if (!config.enabled || !(config.tracing.enabled || config.metrics.enabled)) return OFF;
  const { startSdk } = await import('./telemetry-sdk.js');
  return startSdk(config);
}
