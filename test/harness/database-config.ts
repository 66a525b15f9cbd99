import { Secret } from '../../src/common/secret.js';
import type { DatabaseConfig } from '../../src/config/config.js';

/** The configuration block that reaches the database of a URL without TLS. */
export function databaseConfigOf(url: string, overrides: Partial<DatabaseConfig> = {}): DatabaseConfig {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: new Secret(decodeURIComponent(password)),
    database: decodeURIComponent(pathname.slice(1)),
    sslMode: 'disable',
    maxOpenConns: 0,
    maxIdleConns: 0,
    connMaxLifetimeMs: 0,
    maxMetaSize: 262_144,
    retentionMs: 720 * 3_600_000,
    ...overrides,
  };
}

/** The same URL with another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
