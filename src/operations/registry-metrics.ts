import { metrics } from '@opentelemetry/api';
import type { AuditLog } from '../audit/audit-log.js';
import { registerCatalogMetrics } from '../catalog/catalog-metrics.js';
import type { Catalog } from '../catalog/catalog.js';
import type { BuildInfo } from '../common/build-info.js';
import { ENTRY_KINDS } from '../model/entry-kind.js';
import { registerProcessMetrics } from '../telemetry/process-metrics.js';
import { SCOPES } from '../telemetry/scopes.js';
import type { ReadinessService } from './readiness.service.js';

/** What the instruments read when they are collected. */
export interface RegistryObservations {
  readonly catalog: Catalog;
  readonly audit: AuditLog;
  readonly buildInfo: BuildInfo;
  readonly readiness: Pick<ReadinessService, 'isReady'>;
}

/**
 * Registers the instruments that show a state: entries by source, the build, readiness, catalogue, process and the audit
 * log (telemetry spec 4, audit spec A6).
 */
export function registerRegistryMetrics({ catalog, audit, buildInfo, readiness }: RegistryObservations): void {
  const meter = metrics.getMeter(SCOPES.registry);
  for (const kind of ENTRY_KINDS) {
    meter
      .createObservableGauge(`stacklok.registry.${kind}s`, {
        description: `Distinct ${kind}s by source`,
        unit: `{${kind}}`,
      })
      .addCallback((result) => {
        for (const counts of catalog.entryCounts()) result.observe(counts[kind], { source: counts.source });
      });
  }
  meter
    .createObservableGauge('stacklok.build_info', { description: 'The build that runs; always 1', unit: '1' })
    .addCallback((result) => {
      result.observe(1, { component: 'registry', version: buildInfo.version, commit: buildInfo.commit });
    });
  meter
    .createObservableGauge('stacklok.registry.ready', { description: 'Whether requests should be sent here: 1 or 0' })
    .addCallback((result) => result.observe(readiness.isReady ? 1 : 0));
  registerCatalogMetrics(catalog);
  registerProcessMetrics();
  if (!audit.isEnabled) return;
  meter
    .createObservableCounter('stacklok.registry.audit.failures', {
      description: 'Writes of the audit log that failed',
      unit: '{failure}',
    })
    .addCallback((result) => result.observe(audit.counts.failures));
  meter
    .createObservableCounter('stacklok.registry.audit.lost', {
      description: 'Audit records that were lost',
      unit: '{record}',
    })
    .addCallback((result) => result.observe(audit.counts.lost));
  meter
    .createObservableCounter('stacklok.registry.audit.records', {
      description: 'Audit records, those that wait for a file that cannot be written included',
      unit: '{record}',
    })
    .addCallback((result) => result.observe(audit.counts.written));
  meter
    .createObservableGauge('stacklok.registry.audit.failing', {
      description: 'Whether the audit log cannot be written now: 1 or 0',
    })
    .addCallback((result) => result.observe(audit.isFailing ? 1 : 0));
}
