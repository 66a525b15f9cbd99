import { afterEach, describe, expect, it, vi } from 'vitest';
import { batchOptionsFromEnvironment } from './batch-options.js';

describe('batchOptionsFromEnvironment', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('reads the standard variables', () => {
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '100');
    vi.stubEnv('OTEL_BSP_EXPORT_TIMEOUT', '200');
    vi.stubEnv('OTEL_BSP_MAX_QUEUE_SIZE', '300');
    vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '400');

    expect(batchOptionsFromEnvironment()).toEqual({
      scheduledDelayMillis: 100,
      exportTimeoutMillis: 200,
      maxQueueSize: 300,
      maxExportBatchSize: 400,
    });
  });

  it.each(['', '0', '-5', 'soon'])('leaves the default for %j', (value) => {
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', value);

    expect(batchOptionsFromEnvironment().scheduledDelayMillis).toBeUndefined();
  });
});
