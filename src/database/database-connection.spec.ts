import { inspect } from 'node:util';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Secret } from '../common/secret.js';
import type { DatabaseConfig } from '../config/config.js';
import { createDatabaseConnection, type DatabaseConnection } from './database-connection.js';

const NO_PGPASS = { PGPASSFILE: '/nonexistent' };

function newConfig(overrides: Partial<DatabaseConfig> = {}): DatabaseConfig {
  return {
    host: 'db.example',
    port: 5432,
    user: 'app',
    database: 'registry',
    sslMode: 'disable',
    maxOpenConns: 0,
    maxIdleConns: 0,
    connMaxLifetimeMs: 0,
    maxMetaSize: 1,
    retentionMs: 1,
    ...overrides,
  };
}

const passwordOf = async (options: DatabaseConnection['application']): Promise<string> =>
  (options.password as () => Promise<string>)();

describe('createDatabaseConnection', () => {
  it('uses one user for both where there is no migration user', async () => {
    const { application, migration } = await createDatabaseConnection(
      newConfig({ password: new Secret('pw') }),
      NO_PGPASS,
    );

    expect(application).toMatchObject({
      host: 'db.example',
      port: 5432,
      user: 'app',
      database: 'registry',
      ssl: false,
    });
    expect(migration.user).toBe('app');
    expect(await passwordOf(application)).toBe('pw');
    expect(await passwordOf(migration)).toBe('pw');
  });

  it('prefers the migration password for the migration user', async () => {
    const config = newConfig({
      password: new Secret('pw'),
      migrationUser: 'owner',
      migrationPassword: new Secret('of the owner'),
    });

    const { application, migration } = await createDatabaseConnection(config, NO_PGPASS);

    expect(migration.user).toBe('owner');
    expect(await passwordOf(migration)).toBe('of the owner');
    expect(await passwordOf(application)).toBe('pw');
  });

  it("does not use the application user's password for another migration user", async () => {
    const config = newConfig({ password: new Secret('pw'), migrationUser: 'owner' });

    const { migration } = await createDatabaseConnection(config, NO_PGPASS);

    await expect(passwordOf(migration)).rejects.toThrow('no password for user "owner"');
  });

  it.each([
    [{}, { max: Math.max(4, availableParallelism()), min: 0, maxLifetimeSeconds: 3600 }],
    [
      { maxOpenConns: -1, maxIdleConns: -1, connMaxLifetimeMs: -1 },
      { max: Math.max(4, availableParallelism()), min: 0, maxLifetimeSeconds: 3600 },
    ],
    [
      { maxOpenConns: 7, maxIdleConns: 2, connMaxLifetimeMs: 90_000 },
      { max: 7, min: 2, maxLifetimeSeconds: 90 },
    ],
    [
      { maxOpenConns: 2, maxIdleConns: 5 },
      { max: 2, min: 2, maxLifetimeSeconds: 3600 },
    ],
  ])('sizes the pool for %o', async (overrides, pool) => {
    expect((await createDatabaseConnection(newConfig(overrides), NO_PGPASS)).pool).toEqual(pool);
  });

  it.each(['prefer', 'allow', 'bogus', ''])('refuses sslMode %j and names the key', async (sslMode) => {
    await expect(createDatabaseConnection(newConfig({ sslMode }), NO_PGPASS)).rejects.toThrow(
      `database.sslMode "${sslMode}" is not supported`,
    );
  });

  it('shows no password to whoever prints it', async () => {
    const connection = await createDatabaseConnection(newConfig({ password: new Secret('hush') }), NO_PGPASS);

    expect(inspect(connection, { depth: 9 }) + JSON.stringify(connection)).not.toContain('hush');
  });
});
