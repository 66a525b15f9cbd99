import { Secret } from '../../common/secret.js';
import type { DatabaseConfig } from '../../config/config.js';
import { UsageError } from '../usage-error.js';

const DEFAULT_PORT = 5432;
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Parameters that psql URLs often carry and that change nothing about what is read. */
const WITHOUT_EFFECT = new Set(['application_name', 'connect_timeout']);

/** The database that a URL names. */
export interface SourceDatabase {
  readonly config: DatabaseConfig;
  /** Connect without TLS when the server offers none, as psql does unless it is told otherwise. */
  readonly mayBePlain: boolean;
}

function refuse(problem: string): UsageError {
  return new UsageError(`invalid --from: ${problem}; expected postgres://user:password@host:5432/database`);
}

function parse(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) throw refuse('not a PostgreSQL URL');
  return url;
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse(`the ${what} has a % that is no percent-encoding`);
  }
}

function required(text: string, what: string): string {
  const decoded = decode(text, what);
  if (decoded === '') throw refuse(`the ${what} is missing`);
  return decoded;
}

function sslModeOf(parameters: URLSearchParams): string {
  for (const name of parameters.keys()) {
    if (name !== 'sslmode' && !WITHOUT_EFFECT.has(name)) throw refuse(`parameter "${name}" is not supported`);
  }
  const mode = parameters.get('sslmode') ?? 'prefer';
  if (!SSL_MODES.includes(mode)) throw refuse(`sslmode must be one of ${SSL_MODES.join(', ')}`);
  return mode;
}

/**
 * Reads the value of `--from`. Without a password in it, the password file of PostgreSQL (`.pgpass`) is asked.
 * @throws UsageError that says what is wrong and never repeats the value, which may hold a password
 */
export function parseSourceUrl(text: string): SourceDatabase {
  const url = parse(text);
  const sslMode = sslModeOf(url.searchParams);
  const password = decode(url.password, 'password');
  return {
    mayBePlain: sslMode === 'prefer',
    config: {
      host: required(url.hostname, 'host').replace(/^\[(.*)\]$/, '$1'),
      port: Number(url.port || DEFAULT_PORT),
      user: required(url.username, 'user'),
      database: required(url.pathname.slice(1), 'database'),
      ...(password === '' ? {} : { password: new Secret(password) }),
      sslMode: sslMode === 'prefer' ? 'require' : sslMode,
      maxOpenConns: 1,
      maxIdleConns: 0,
      connMaxLifetimeMs: 0,
      maxMetaSize: 0,
      retentionMs: 0,
    },
  };
}
