import { availableParallelism } from 'node:os';
import { types as pgTypes, type ClientConfig, type CustomTypesConfig } from 'pg';
import type { Secret } from '../common/secret.js';
import type { DatabaseConfig } from '../config/config.js';
import { APPLICATION_NAME } from './application-name.js';
import { findPgpassPassword, type PgpassTarget } from './pgpass.js';
import { createRdsTokenSource, type PasswordSource } from './rds-token.js';
import { createTlsOptions } from './tls-options.js';

const INT8 = 20;
const CONNECT_LIMIT_MS = 2_000;
const LEAST_CONNECTIONS = 4;
const DEFAULT_LIFETIME_MS = 3_600_000;

/** int8 as a number: ids, revisions and counts stay far below 2^53. */
const NUMERIC_INT8: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: unknown): ((text: string) => unknown) =>
    oid === INT8 ? Number : (pgTypes.getTypeParser(oid, format as 'text') as (text: string) => unknown),
};

/** How to reach one database as its application user and as its migration user. Holds no readable secret. */
export interface DatabaseConnection {
  /** Options of every connection that the application makes. */
  readonly application: ClientConfig;
  /** Options of the connection that migrates. */
  readonly migration: ClientConfig;
  readonly pool: {
    readonly max: number;
    /** Connections that are kept open. */
    readonly min: number;
    readonly maxLifetimeSeconds: number;
  };
}

/**
 * Resolves the configuration (credentials, TLS, pool sizes) into connection options; operations spec 4.2 and 4.3.
 * @throws Error when `sslMode` is unknown, a root certificate cannot be read, or the AWS region cannot be detected
 */
export async function createDatabaseConnection(
  config: DatabaseConfig,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<DatabaseConnection> {
  const migrationUser = config.migrationUser || config.user;
  const ssl = await createTlsOptions(config, environment);
  const optionsFor = async (user: string, password: Secret | undefined): Promise<ClientConfig> => {
    const target = { host: config.host, port: config.port, database: config.database, user };
    return {
      ...target,
      ssl,
      password: await createPasswordSource(config, target, password, environment),
      types: NUMERIC_INT8,
      application_name: APPLICATION_NAME,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      keepAlive: true,
    };
  };
  const max = config.maxOpenConns > 0 ? config.maxOpenConns : Math.max(LEAST_CONNECTIONS, availableParallelism());
  return {
    application: await optionsFor(config.user, config.password),
    migration: await optionsFor(migrationUser, migrationPasswordOf(config, migrationUser)),
    pool: {
      max,
      min: Math.min(Math.max(config.maxIdleConns, 0), max),
      maxLifetimeSeconds: (config.connMaxLifetimeMs > 0 ? config.connMaxLifetimeMs : DEFAULT_LIFETIME_MS) / 1000,
    },
  };
}

function migrationPasswordOf(config: DatabaseConfig, migrationUser: string): Secret | undefined {
  if (config.migrationPassword) return config.migrationPassword;
  return migrationUser === config.user ? config.password : undefined;
}

/** The driver asks for the password of every new connection, and only when the server wants one. */
async function createPasswordSource(
  config: DatabaseConfig,
  target: PgpassTarget,
  password: Secret | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<PasswordSource> {
  if (config.awsRdsIam) return createRdsTokenSource(target, config.awsRdsIam.region, environment);
  return async () => {
    const found = password?.reveal() ?? (await findPgpassPassword(target, environment));
    if (found === undefined) throw new Error(`no password for user "${target.user}"`);
    return found;
  };
}
