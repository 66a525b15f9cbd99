import { metrics, type Counter, type Histogram } from '@opentelemetry/api';
import { SCOPES } from './scopes.js';

/** Why a pass failed, as the metric names it (telemetry spec 4). */
export type SyncErrorType = 'HandlerCreationFailed' | 'ValidationFailed' | 'FetchFailed' | 'StorageFailed' | 'unknown';

const DURATION_BUCKETS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 180, 300];

interface SyncInstruments {
  readonly duration: Histogram;
  readonly errors: Counter;
}

let instruments: SyncInstruments | undefined;

// Made at the first pass: by then telemetry has been started, or it never will be and these do nothing.
function syncInstruments(): SyncInstruments {
  instruments ??= {
    duration: metrics.getMeter(SCOPES.syncMetrics).createHistogram('stacklok.registry.sync.duration', {
      description: 'Duration of synchronisation passes',
      unit: 's',
      advice: { explicitBucketBoundaries: DURATION_BUCKETS },
    }),
    errors: metrics.getMeter(SCOPES.syncMetrics).createCounter('stacklok.registry.errors', {
      description: 'Errors by area and type',
      unit: '{error}',
    }),
  };
  return instruments;
}

/**
 * Counts a pass that has ended.
 * @param errorType - absent after a success
 */
export function recordPass(source: string, seconds: number, errorType?: SyncErrorType): void {
  const { duration, errors } = syncInstruments();
  duration.record(seconds, { source, outcome: errorType === undefined ? 'success' : 'error' });
  if (errorType !== undefined) errors.add(1, { area: 'sync', error_type: errorType });
}
