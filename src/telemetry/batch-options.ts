import { getNumberFromEnv } from '@opentelemetry/core';

/** How spans are gathered for export; absent members leave the SDK's defaults. */
export interface BatchOptions {
  readonly scheduledDelayMillis?: number;
  readonly exportTimeoutMillis?: number;
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
}

function positive(variable: string): number | undefined {
  const value = getNumberFromEnv(variable);
  return value !== undefined && value > 0 ? value : undefined;
}

/** The standard variables `OTEL_BSP_*`, which the SDK leaves to whoever puts it together; what is no number above 0 is ignored. */
export function batchOptionsFromEnvironment(): BatchOptions {
  return {
    scheduledDelayMillis: positive('OTEL_BSP_SCHEDULE_DELAY'),
    exportTimeoutMillis: positive('OTEL_BSP_EXPORT_TIMEOUT'),
    maxQueueSize: positive('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: positive('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
  };
}
