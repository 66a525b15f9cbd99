import { Client, type ClientBase, type ClientConfig } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { errorText } from '../common/error-text.js';
import { createLogger } from '../telemetry/logging.js';
import type { DatabaseConnection } from './database-connection.js';
import { databaseErrorCode } from './database-errors.js';
import { REQUEST_STATEMENT_TIMEOUT_MS } from './transaction-runner.js';

/** How long work waits for a connection of a pool that is busy; less than a request may take. */
const QUEUE_LIMIT_MS = 8_000;

/**
 * Options of the TypeORM data source: the pool of the application user. The schema is never derived from entities.
 * Connecting takes two seconds at most, waiting for a busy pool eight.
 */
export function createDataSourceOptions({ application, pool }: DatabaseConnection): DataSourceOptions {
  const log = createLogger('database');
  return {
    type: 'postgres',
    host: application.host,
    port: application.port,
    username: application.user,
    database: application.database,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    poolSize: pool.max,
    connectTimeoutMS: QUEUE_LIMIT_MS,
    applicationName: application.application_name,
    // The pool hangs the connection on the error, with the key that cancels its statements.
    poolErrorHandler: (error: unknown) => {
      if (isBeingClosed(error)) return;
      log.warn({ reason: errorText(error), code: databaseErrorCode(error) }, 'idle database connection lost');
    },
    extra: {
      ...application,
      connectionTimeoutMillis: QUEUE_LIMIT_MS,
      min: pool.min,
      maxLifetimeSeconds: pool.maxLifetimeSeconds,
      Client: clientWithLimit(application),
      // A session setting and not a start-up parameter, which transaction-pooling proxies refuse.
      onConnect: (client: ClientBase) => client.query(`SET statement_timeout = ${REQUEST_STATEMENT_TIMEOUT_MS}`),
    },
  };
}

/** Connections that the pool has begun to close. */
const closing = new WeakSet<object>();

/** An embedded server that stops right after the pool may still have a last word for a connection that is being closed. */
function isBeingClosed(error: unknown): boolean {
  const client: unknown = error instanceof Error && 'client' in error ? error.client : undefined;
  return typeof client === 'object' && client !== null && closing.has(client);
}

/** The pool gives its own, longer limit to its clients; these keep that of the connection. */
function clientWithLimit({ connectionTimeoutMillis }: ClientConfig): typeof Client {
  return class PooledClient extends Client {
    constructor(options: ClientConfig) {
      // The pool hides the password from enumeration.
      super({ ...options, password: options.password, connectionTimeoutMillis });
    }

    override end(): Promise<void>;
    override end(callback: (error: Error) => void): void;
    override end(callback?: (error: Error) => void): Promise<void> | void {
      closing.add(this);
      return callback ? super.end(callback) : super.end();
    }
  };
}
