import { metrics, type BatchObservableResult } from '@opentelemetry/api';
import { SCOPES } from '../telemetry/scopes.js';
import type { Catalog } from './catalog.js';

/** Registers the instruments that show the catalogue: what it holds, how current it is, what its page cache does. */
export function registerCatalogMetrics(catalog: Pick<Catalog, 'stats'>): void {
  const meter = metrics.getMeter(SCOPES.catalog);
  const entries = meter.createObservableGauge('stacklok.registry.catalog.entries', {
    description: 'Entries of all sources, by kind',
    unit: '{entry}',
  });
  const versions = meter.createObservableGauge('stacklok.registry.catalog.versions', {
    description: 'Versions of all entries of all sources, by kind',
    unit: '{version}',
  });
  const size = meter.createObservableGauge('stacklok.registry.catalog.size', {
    description: 'Memory for documents, upper bound',
    unit: 'By',
  });
  const age = meter.createObservableGauge('stacklok.registry.catalog.age', {
    description: 'Time since the catalogue last caught up with the database; grows while nothing changes',
    unit: 's',
  });
  const lag = meter.createObservableGauge('stacklok.registry.catalog.lag', {
    description: 'Time for which changes may have been missed; 0 while they are heard of and loaded',
    unit: 's',
  });
  const requests = meter.createObservableCounter('stacklok.registry.page_cache.requests', {
    description: 'Requests of the page cache by result: hit or miss',
    unit: '{request}',
  });
  const pageBytes = meter.createObservableGauge('stacklok.registry.page_cache.size', {
    description: 'Memory for pages that are kept, estimated',
    unit: 'By',
  });
  const observe = (result: BatchObservableResult): void => {
    const { counts, bytes, ageMs, lagMs, pages } = catalog.stats();
    for (const of of counts) {
      result.observe(entries, of.entries, { kind: of.kind });
      result.observe(versions, of.versions, { kind: of.kind });
    }
    result.observe(size, bytes);
    if (ageMs !== undefined) result.observe(age, ageMs / 1000);
    result.observe(lag, lagMs / 1000);
    result.observe(requests, pages.hits, { result: 'hit' });
    result.observe(requests, pages.misses, { result: 'miss' });
    result.observe(pageBytes, pages.bytes);
  };
  meter.addBatchObservableCallback(observe, [entries, versions, size, age, lag, requests, pageBytes]);
}
