import { metrics, type Histogram } from '@opentelemetry/api';
import { traceRefresh } from '../telemetry/operation-span.js';
import { SCOPES } from '../telemetry/scopes.js';

const DURATION_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30];

let duration: Histogram | undefined;

// Made at the first refresh: by then telemetry has been started, or it never will be and this does nothing.
function refreshDuration(): Histogram {
  duration ??= metrics.getMeter(SCOPES.catalog).createHistogram('stacklok.registry.catalog.refresh.duration', {
    description: 'Duration of catching up with the database',
    unit: 's',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  return duration;
}

/**
 * Runs one refresh of the catalogue in its span and times it.
 * @throws what the refresh throws
 */
export async function observeRefresh(refresh: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  const finish = (outcome: 'success' | 'error'): void =>
    refreshDuration().record((performance.now() - begun) / 1000, { outcome });
  try {
    await traceRefresh(refresh);
  } catch (error) {
    finish('error');
    throw error;
  }
  finish('success');
}
