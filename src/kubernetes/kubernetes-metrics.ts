import { metrics, type BatchObservableResult, type Counter } from '@opentelemetry/api';
import { SCOPES } from '../telemetry/scopes.js';

/** What failed, as the metric names it. */
export type DiscoveryStep = 'watch' | 'election' | 'storage';

interface Counters {
  readonly events: Counter;
  readonly errors: Counter;
}

let counters: Counters | undefined;

// Made at the first use: by then telemetry has been started, or it never will be and these do nothing.
function discoveryCounters(): Counters {
  const meter = metrics.getMeter(SCOPES.kubernetes);
  counters ??= {
    events: meter.createCounter('stacklok.registry.kubernetes.events', {
      description: 'Events of exported objects',
      unit: '{event}',
    }),
    errors: meter.createCounter('stacklok.registry.kubernetes.errors', {
      description: 'Failures of watches, leader election and storing',
      unit: '{error}',
    }),
  };
  return counters;
}

/** Counts an event of an exported object. @param type - ADDED, MODIFIED or DELETED */
export function countEvent(source: string, kind: string, type: string): void {
  discoveryCounters().events.add(1, { source, kind, type: type.toLowerCase() });
}

/** Counts a failure. */
export function countError(source: string, step: DiscoveryStep): void {
  discoveryCounters().errors.add(1, { source, step });
}

/** How one source stands in this process. */
export interface DiscoveryObservation {
  readonly source: string;
  readonly isLeading: boolean;
  readonly isHealthy: boolean;
  /** Unix time in seconds; undefined before the first time, and when another process leads. */
  readonly lastSuccess: number | undefined;
  readonly published: number;
  readonly rejected: number;
}

/** Registers the instruments that show a state; they read `observe` at collection time. */
export function registerKubernetesMetrics(observe: () => Iterable<DiscoveryObservation>): void {
  const meter = metrics.getMeter(SCOPES.kubernetes);
  const leader = meter.createObservableGauge('stacklok.registry.kubernetes.leader', {
    description: 'Whether this process watches the source: 1 or 0',
  });
  const healthy = meter.createObservableGauge('stacklok.registry.kubernetes.healthy', {
    description: 'Whether discovery works in this process: 1 or 0',
  });
  const lastSuccess = meter.createObservableGauge('stacklok.registry.kubernetes.last_success', {
    description: 'When the source was last known to be in line with the cluster, in Unix time; of the leader only',
    unit: 's',
  });
  const objects = meter.createObservableGauge('stacklok.registry.kubernetes.objects', {
    description: 'Exported objects by outcome: published or rejected; of the leader only',
    unit: '{object}',
  });
  const callback = (result: BatchObservableResult): void => {
    for (const state of observe()) {
      const { source } = state;
      result.observe(leader, state.isLeading ? 1 : 0, { source });
      result.observe(healthy, state.isHealthy ? 1 : 0, { source });
      if (!state.isLeading) continue;
      if (state.lastSuccess !== undefined) result.observe(lastSuccess, state.lastSuccess, { source });
      result.observe(objects, state.published, { source, outcome: 'published' });
      result.observe(objects, state.rejected, { source, outcome: 'rejected' });
    }
  };
  meter.addBatchObservableCallback(callback, [leader, healthy, lastSuccess, objects]);
}
