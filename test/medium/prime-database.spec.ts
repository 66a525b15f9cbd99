import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import { createDatabaseConnection, type DatabaseConnection } from '../../src/database/database-connection.js';
import { withClient } from '../../src/database/open-client.js';
import { primeDatabase } from '../../src/database/prime-database.js';
import { administer, createTestDatabase, type TestDatabase } from '../harness/database.js';

describe('primeDatabase', () => {
  let db: TestDatabase;
  const users: string[] = [];
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(async () => {
    for (const user of users) await administer(db.url, `DROP ROLE IF EXISTS ${escapeIdentifier(user)}`);
    await db.drop();
  });

  const newName = (prefix: string): string => {
    const name = `${prefix}${randomBytes(4).toString('hex')}`;
    users.push(name);
    return name;
  };
  const connectionAs = (user: string, password: string): Promise<DatabaseConnection> =>
    createDatabaseConnection({ ...db.config, user, password: new Secret(password) });
  const logIn = async (user: string, password: string): Promise<unknown> => {
    const { application } = await connectionAs(user, password);
    return withClient(application, async (client) => (await client.query('SELECT FROM source')).rowCount);
  };

  it.each([
    ['app_', 'plain'],
    ['With Space ', ' inner  spaces'],
    [`quote'`, `it's`],
    ['double"', 'back\\slash'],
    ['dollar$$', 'a$$b$prime$c'],
    ['ünï', 'pässwörd'],
  ])('creates a user called %s… with the password %j that may work on the tables', async (prefix, password) => {
    const user = newName(prefix);

    await primeDatabase(db.connection, user, new Secret(password));

    expect(await logIn(user, password)).toBe(0);
  });

  it('keeps the password of a user that exists, and gives it the role', async () => {
    const user = newName('existing_');
    await administer(db.url, `CREATE ROLE ${user} LOGIN PASSWORD 'old'`);

    await primeDatabase(db.connection, user, new Secret('new'));
    await primeDatabase(db.connection, user, new Secret('newer'));

    expect(await logIn(user, 'old')).toBe(0);
  });

  it('fails without CREATEROLE, and shows no password', async () => {
    const weak = newName('weak_');
    await administer(db.url, `CREATE ROLE ${weak} LOGIN PASSWORD 'pw'`);

    const error = await primeDatabase(await connectionAs(weak, 'pw'), newName('never_'), new Secret('hush')).catch(
      (thrown: unknown) => thrown as Error,
    );

    expect(error).toMatchObject({ message: expect.stringContaining('permission denied to create role') });
    expect(JSON.stringify([error, (error as Error).stack, (error as Error).cause])).not.toContain('hush');
  });
});
