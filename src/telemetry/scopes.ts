const ROOT = 'github.com/stacklok/toolhive-registry-server';

/** Instrumentation scopes; dashboards in the field select by them (telemetry spec 3 and 4). */
export const SCOPES = {
  http: `${ROOT}/http`,
  service: `${ROOT}/service/db`,
  syncTraces: `${ROOT}/sync/coordinator`,
  syncMetrics: `${ROOT}/sync`,
  registry: `${ROOT}/registry`,
  database: `${ROOT}/database`,
  catalog: `${ROOT}/catalog`,
  auth: `${ROOT}/auth`,
  process: `${ROOT}/process`,
  kubernetes: `${ROOT}/kubernetes`,
} as const;
