import type { TelemetryConfig } from '../config/config.js';

/** Something that collects all metrics as Prometheus text. */
export interface MetricsSource {
  /** The metrics in the text format, version 0.0.4. */
  scrape(): Promise<string>;
}

/** What has been started and how it is stopped. */
export interface Telemetry {
  /** Present when metrics are on. */
  readonly prometheus?: MetricsSource;
  /** Exports what is left; bounded, and never rejects. */
  shutdown(): Promise<void>;
}

const OFF: Telemetry = { shutdown: async () => undefined };

/**
 * Starts traces and metrics as configured. To be called before the modules that are to be instrumented are imported. The SDK
 * is loaded only when it is switched on: it is a fifth of all modules.
 * @throws Error naming `telemetry.endpoint` when it is unusable
 */
export async function startTelemetry(config: TelemetryConfig): Promise<Telemetry> {
  if (!config.enabled) return OFF;
  const { startSdk } = await import('./telemetry-sdk.js');
  return startSdk(config);
}
