import { describe, expect, it } from 'vitest';
import type { TelemetryConfig } from '../config/config.js';
import { startTelemetry } from './telemetry.js';

const config = (overrides: Partial<TelemetryConfig>): TelemetryConfig => ({
  enabled: true,
  serviceName: 'registry',
  serviceVersion: '1',
  endpoint: 'no port',
  insecure: true,
  tracing: { enabled: false, sampling: 1 },
  metrics: { enabled: false },
  ...overrides,
});

describe('startTelemetry', () => {
  it.each([
    ['it is off', { enabled: false, metrics: { enabled: true } }],
    ['it is on for nothing', {}],
  ])('does not look at the endpoint when %s', async (_, overrides) => {
    const telemetry = await startTelemetry(config(overrides));

    expect(telemetry.prometheus).toBeUndefined();
    await expect(telemetry.shutdown()).resolves.toBeUndefined();
  });

  it.each([
    ['metrics', { metrics: { enabled: true } }],
    ['traces', { tracing: { enabled: true, sampling: 1 } }],
  ])('refuses an endpoint that %s cannot be sent to', async (_, overrides) => {
    await expect(startTelemetry(config(overrides))).rejects.toThrow('telemetry.endpoint "no port"');
  });
});
