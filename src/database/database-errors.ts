import { QueryFailedError } from 'typeorm';
import { DatabaseUnavailableError, DomainError, RequestTimeoutError } from '../common/errors.js';

/** SQLSTATE classes that mean "not now": connection failures, exhausted resources, wrong role or database. */
const UNAVAILABLE_CLASSES = new Set(['08', '28', '53']);

const UNAVAILABLE_CODES = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25006', // read_only_sql_transaction: a standby, while a fail-over is under way
  '3D000', // invalid_catalog_name
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
]);

/** Of the above, what waiting does not mend. */
const PERMANENT_CODES = new Set(['3D000', '25006']);

/** What pg and its pool say without a code. */
const UNAVAILABLE_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'is not queryable',
  'after calling end on the pool',
];

const QUERY_CANCELED = '57014';
const UNIQUE_VIOLATION = '23505';

/** serialization_failure, deadlock_detected, lock_not_available. */
const TRANSIENT_CODES = new Set(['40001', '40P01', '55P03']);

interface DriverError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
}

/** The error of pg itself, from under those that TypeORM and this room wrap around it. */
function driverErrorOf(error: unknown): DriverError | undefined {
  if (error instanceof QueryFailedError) return driverErrorOf(error.driverError);
  if (!(error instanceof Error)) return undefined;
  if (!('code' in error) && error.cause instanceof Error) return driverErrorOf(error.cause);
  return error;
}

/** The SQLSTATE or the system error code of a failed statement or connection; undefined when it has none. */
export function databaseErrorCode(error: unknown): string | undefined {
  const code = driverErrorOf(error)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether the transaction would succeed when simply run again: deadlocks, serialisation failures and lock races. */
export function isTransient(error: unknown): boolean {
  return TRANSIENT_CODES.has(databaseErrorCode(error) ?? '');
}

/** Whether there was no connection to be had for reasons that pass by themselves: a server that starts, a network that heals. */
export function isPassingOutage(error: unknown): boolean {
  const code = databaseErrorCode(error) ?? '';
  return isUnavailable(error) && !PERMANENT_CODES.has(code) && sqlStateClass(code) !== '28';
}

/** Whether the connection failed, or the database refuses to work for now, so that no statement can succeed. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true;
  const code = databaseErrorCode(error);
  if (code !== undefined && (UNAVAILABLE_CODES.has(code) || UNAVAILABLE_CLASSES.has(sqlStateClass(code)))) return true;
  const message = driverErrorOf(error)?.message;
  return typeof message === 'string' && UNAVAILABLE_MESSAGES.some((known) => message.includes(known));
}

function sqlStateClass(code: string): string {
  return code.length === 5 ? code.slice(0, 2) : '';
}

/**
 * Whether a statement failed because of a unique constraint or index.
 * @param constraint - name of the constraint; absent: any
 */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (databaseErrorCode(error) !== UNIQUE_VIOLATION) return false;
  return constraint === undefined || driverErrorOf(error)?.constraint === constraint;
}

/**
 * Turns what the driver throws into the error the caller is to see: a lost or refusing database becomes
 * `DatabaseUnavailableError`, a statement cancelled by its time limit `RequestTimeoutError`. Domain errors and everything
 * else come back as they are.
 */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  if (databaseErrorCode(error) === QUERY_CANCELED) return new RequestTimeoutError({ cause: error });
  if (isUnavailable(error)) return new DatabaseUnavailableError({ cause: error });
  return error;
}
