import { availableParallelism } from 'node:os';
import { parseDurationMs } from '../../common/duration.js';
import { Secret } from '../../common/secret.js';
import type { AuditConfig, DatabaseConfig, EnvironmentConfig, RegistryConfig, TelemetryConfig } from '../config.js';
import { DEFAULTS } from '../defaults.js';
import type { RawConfig } from '../schema/config.schema.js';
import { buildAuth } from './build-auth.js';
import { buildRegistry, buildSource } from './build-sources.js';
import { compact, deepFreeze } from './compact.js';

const LEAST_CONNECTIONS = 4;

function secret(text: string | undefined): Secret | undefined {
  return text ? new Secret(text) : undefined;
}

function positive(value: number | undefined, otherwise: number): number {
  return value !== undefined && value > 0 ? value : otherwise;
}

function milliseconds(text: string | undefined, otherwise: string): number {
  return parseDurationMs(text || otherwise) ?? 0;
}

function buildDatabase(database: NonNullable<RawConfig['database']>): DatabaseConfig {
  const { migrationUser, dynamicAuth } = database;
  const region = dynamicAuth?.awsRdsIam?.region;
  return {
    ...compact({ embedded: database.embedded ? { dataDir: database.dataDir || DEFAULTS.dataDir } : undefined }),
    host: database.host ?? '',
    port: database.port ?? 0,
    user: database.user ?? '',
    database: database.database ?? '',
    ...compact({
      password: secret(database.password),
      migrationUser,
      migrationPassword: secret(database.migrationPassword),
      awsRdsIam: region ? { region } : undefined,
    }),
    sslMode: database.sslMode || DEFAULTS.sslMode,
    maxOpenConns: positive(database.maxOpenConns, Math.max(LEAST_CONNECTIONS, availableParallelism())),
    maxIdleConns: positive(database.maxIdleConns, 0),
    connMaxLifetimeMs: positive(
      milliseconds(database.connMaxLifetime, DEFAULTS.connMaxLifetime),
      milliseconds(undefined, DEFAULTS.connMaxLifetime),
    ),
    maxMetaSize: database.maxMetaSize ?? DEFAULTS.maxMetaSize,
    retentionMs: milliseconds(database.retention, DEFAULTS.retention),
  };
}

function buildAudit(audit: RawConfig['audit'] = {}): AuditConfig {
  return {
    enabled: audit.enabled ?? false,
    ...compact({ logFile: audit.logFile }),
    eventTypes: audit.eventTypes ?? [],
    excludeEventTypes: audit.excludeEventTypes ?? [],
    includeRequestData: audit.includeRequestData ?? false,
    maxDataSize: positive(audit.maxDataSize, DEFAULTS.auditMaxDataSize),
    onFailure: audit.onFailure === 'refuse' ? 'refuse' : 'continue',
  };
}

function buildTelemetry(telemetry: RawConfig['telemetry'] = {}): TelemetryConfig {
  const { tracing, metrics } = telemetry;
  return {
    enabled: telemetry.enabled ?? false,
    serviceName: telemetry.serviceName || DEFAULTS.serviceName,
    serviceVersion: telemetry.serviceVersion || DEFAULTS.serviceVersion,
    endpoint: telemetry.endpoint || DEFAULTS.endpoint,
    insecure: telemetry.insecure ?? false,
    tracing: { enabled: tracing?.enabled ?? false, sampling: tracing?.sampling ?? DEFAULTS.sampling },
    metrics: { enabled: metrics?.enabled ?? false },
  };
}

/** Builds the typed, deeply frozen configuration of raw values that have passed their checks. */
export function buildConfig(raw: RawConfig, environment: EnvironmentConfig): RegistryConfig {
  return deepFreeze({
    sources: (raw.sources ?? []).map(buildSource),
    registries: (raw.registries ?? []).map(buildRegistry),
    auth: buildAuth(raw.auth ?? {}),
    database: buildDatabase(raw.database ?? {}),
    audit: buildAudit(raw.audit),
    telemetry: buildTelemetry(raw.telemetry),
    catalog: { pageCacheBytes: raw.catalog?.pageCacheBytes ?? DEFAULTS.pageCacheBytes },
    environment,
  });
}
