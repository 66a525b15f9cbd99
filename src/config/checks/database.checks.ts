import { parseDurationNanoseconds } from '../../common/duration.js';
import type { ProblemList } from '../problem.js';
import type { RawConfig } from '../schema/config.schema.js';

type Database = NonNullable<RawConfig['database']>;

const MAX_PORT = 65_535;

/** Keys that say how to reach a server of its own, and so contradict the embedded one (ahead.md P10). */
const SERVER_KEYS = [
  'host',
  'port',
  'user',
  'database',
  'password',
  'migrationUser',
  'migrationPassword',
  'sslMode',
  'dynamicAuth',
] as const satisfies readonly (keyof Database)[];

/** Checks `database` in the order of operations spec 1.5. */
export function checkDatabase(database: Database = {}, problems: ProblemList): void {
  if (database.embedded) checkEmbedded(database, problems);
  else checkServer(database, problems);
  if (database.maxMetaSize !== undefined && database.maxMetaSize <= 0) {
    problems.add(['database', 'maxMetaSize'], 'database.maxMetaSize must be greater than zero');
  }
  checkDynamicAuth(database, problems);
  checkDurations(database, problems);
}

function checkEmbedded(database: Database, problems: ProblemList): void {
  for (const key of SERVER_KEYS) {
    if (database[key] === undefined || database[key] === '') continue;
    problems.add(['database', key], `database.${key} cannot be combined with database.embedded`);
  }
}

function checkServer(database: Database, problems: ProblemList): void {
  if (!database.host) {
    const hint = 'or database.embedded: true for a PostgreSQL that comes with this program';
    problems.add(['database', 'host'], `database.host is required (${hint})`);
  }
  if (!database.port) problems.add(['database', 'port'], 'database.port is required');
  else if (database.port < 0 || database.port > MAX_PORT) {
    problems.add(['database', 'port'], `database.port must be between 1 and ${MAX_PORT}, got ${database.port}`);
  }
  if (!database.user) problems.add(['database', 'user'], 'database.user is required');
  if (!database.database) problems.add(['database', 'database'], 'database.database is required');
}

function checkDynamicAuth(database: Database, problems: ProblemList): void {
  const { dynamicAuth } = database;
  if (!dynamicAuth || database.embedded) return;
  for (const key of ['password', 'migrationPassword'] as const) {
    if (!database[key]) continue;
    problems.add(['database', key], `database.${key} and database.dynamicAuth are mutually exclusive`);
  }
  if (!dynamicAuth.awsRdsIam?.region) {
    const path = ['database', 'dynamicAuth', 'awsRdsIam', 'region'];
    problems.add(path, 'database.dynamicAuth.awsRdsIam.region is required');
  }
}

function checkDurations({ connMaxLifetime, retention }: Database, problems: ProblemList): void {
  if (connMaxLifetime && parseDurationNanoseconds(connMaxLifetime) === undefined) {
    const message = `database.connMaxLifetime must be a valid duration (e.g., '1h'): "${connMaxLifetime}"`;
    problems.add(['database', 'connMaxLifetime'], message);
  }
  if (!retention) return;
  const nanoseconds = parseDurationNanoseconds(retention);
  if (nanoseconds === undefined) {
    problems.add(
      ['database', 'retention'],
      `database.retention must be a valid duration (e.g., '720h'): "${retention}"`,
    );
  } else if (nanoseconds < 0) {
    problems.add(['database', 'retention'], 'database.retention must not be negative');
  }
}
