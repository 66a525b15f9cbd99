import { z } from 'zod';
import { DEFAULTS } from '../defaults.js';
import { SSL_MODES } from '../ssl-modes.js';
import { auth } from './auth.schema.js';
import { block, decimal, duration, flag, integer, text, texts } from './keys.js';
import { registries, sources } from './sources.schema.js';

const database = block('PostgreSQL 15 or later: a server of its own, or the embedded one.', {
  embedded: flag(
    'Starts a PostgreSQL that comes with the installation, for one machine and for tests. Excludes host, port, user, database, the passwords, migrationUser, sslMode and dynamicAuth.',
    { default: false },
  ),
  dataDir: text('Folder of the embedded database, created with mode 0700 and kept between starts.', {
    default: DEFAULTS.dataDir,
  }),
  host: text('Host name or address. Required unless embedded.'),
  port: integer('Port, 1 to 65535. Required unless embedded.', { minimum: 1, maximum: 65_535, examples: [5432] }),
  user: text('User the server works as. Required unless embedded.'),
  database: text('Name of the database. Required unless embedded.'),
  password: text('Password of the user. Better given by THV_REGISTRY_DATABASE_PASSWORD or a pgpass file.'),
  migrationUser: text('User that migrates the schema. Default: the same as user.'),
  migrationPassword: text(
    'Password of the migration user. Better given by THV_REGISTRY_DATABASE_MIGRATIONPASSWORD or a pgpass file.',
  ),
  sslMode: text(
    'TLS: `disable`, `require` (certificate not verified), `verify-ca` or `verify-full` (chain, and host name as well). Roots: PGSSLROOTCERT.',
    {
      enum: [...SSL_MODES],
      default: DEFAULTS.sslMode,
    },
  ),
  maxOpenConns: integer('Most connections of the pool. Default, also for 0 and less: the number of CPUs, at least 4.'),
  maxIdleConns: integer('Connections of the pool that are kept open.', { default: 0 }),
  connMaxLifetime: duration('Age at which a connection is replaced. Default, also for 0 and less: 1h.', {
    default: DEFAULTS.connMaxLifetime,
  }),
  maxMetaSize: integer("Bytes of JSON that a server's publisher-provided metadata may take, greater than zero.", {
    default: DEFAULTS.maxMetaSize,
    minimum: 1,
  }),
  retention: duration(
    'Time for which the published entries of a managed source are kept after it left the file, zero or more.',
    {
      default: DEFAULTS.retention,
    },
  ),
  dynamicAuth: block('Passwords made for each connection; excludes password and migrationPassword.', {
    awsRdsIam: block('AWS RDS IAM tokens, signed with the ambient AWS credentials.', {
      region: text('AWS region, or `detect` to ask the instance metadata service. Required.', {
        examples: ['eu-west-1'],
      }),
    }),
  }),
});

const audit = block('Audit records of what callers did.', {
  enabled: flag('Whether records are written.', { default: false }),
  logFile: text('File to append to, in an existing folder; absent: standard output.'),
  eventTypes: texts('Only these event types; none means all.'),
  excludeEventTypes: texts('Never these event types; wins over eventTypes.'),
  includeRequestData: flag('Adds the request body of POST, PUT and DELETE.', { default: false }),
  maxDataSize: integer('Bytes of the request body that are kept, 0 to 1048576; 0 means the default.', {
    default: DEFAULTS.auditMaxDataSize,
    minimum: 0,
    maximum: 1_048_576,
  }),
  onFailure: text(
    'What happens to requests while records cannot be written: `continue` serves them, `refuse` answers changes (PUT, POST, DELETE) with 503 and serves reads.',
    {
      enum: ['continue', 'refuse'],
      default: 'continue',
    },
  ),
});

const telemetry = block('OpenTelemetry. Checked by `serve` only.', {
  enabled: flag('Master switch for traces and metrics.', { default: false }),
  serviceName: text('Resource attribute service.name.', { default: DEFAULTS.serviceName }),
  serviceVersion: text('Resource attribute service.version.', { default: DEFAULTS.serviceVersion }),
  endpoint: text('OTLP/HTTP receiver: host:port, or an http or https URL whose path becomes a prefix.', {
    default: DEFAULTS.endpoint,
  }),
  insecure: flag('Plain http towards host:port; a URL decides by its scheme.', { default: false }),
  tracing: block('Traces.', {
    enabled: flag('Whether traces are exported.', { default: false }),
    sampling: decimal('Share of the traces that begin here, greater than 0, at most 1.', {
      default: DEFAULTS.sampling,
      exclusiveMinimum: 0,
      maximum: 1,
    }),
  }),
  metrics: block('Metrics, over OTLP and at /metrics of the internal port.', {
    enabled: flag('Whether metrics are collected.', { default: false }),
  }),
});

const catalog = block('The catalogue that each process holds in memory.', {
  pageCacheBytes: integer('Bytes of memory for pages that are kept ready, greater than zero.', {
    default: DEFAULTS.pageCacheBytes,
    minimum: 1,
  }),
});

/**
 * The configuration file: every key with its type and a description. The one source of what the loader knows, of the
 * unknown-key warnings, of the JSON Schema and of the reference in `docs/configuration.md`. It says nothing about order
 * and messages of validation, so every key is optional here.
 */
export const configSchema = z.object({ sources, registries, auth, database, audit, telemetry, catalog }).meta({
  title: 'ToolHive Registry Server configuration',
  description: 'The file that `thv-registry-api serve --config FILE` reads, as YAML, JSON or TOML.',
  required: ['sources', 'registries', 'database'],
});

/** The file and the environment after coercion: typed, but neither checked nor defaulted. */
export type RawConfig = z.infer<typeof configSchema>;

/** One item of `sources`. */
export type RawSource = NonNullable<RawConfig['sources']>[number];

/** One item of `registries`. */
export type RawRegistry = NonNullable<RawConfig['registries']>[number];

/** One item of `auth.oauth.providers`. */
export type RawProvider = NonNullable<NonNullable<NonNullable<RawConfig['auth']>['oauth']>['providers']>[number];
