import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import { createDatabaseConnection, type DatabaseConnection } from '../../src/database/database-connection.js';
import { readMigrations, type Migration } from '../../src/database/migrations/migration-files.js';
import { MigrationRunner } from '../../src/database/migrations/migration-runner.js';
import { withClient } from '../../src/database/open-client.js';
import { administer, createTestDatabase, type TestDatabase } from '../harness/database.js';

const ROLE = 'toolhive_registry_server';

const step = (version: number, up: string, down = 'SELECT 1'): Migration => ({
  version,
  name: `${version}-test`,
  up,
  down,
});

describe('MigrationRunner', () => {
  let db: TestDatabase;
  const users: string[] = [];
  beforeEach(async () => {
    db = await createTestDatabase({ migrated: false });
  });
  afterEach(async () => {
    await db.drop();
    for (const user of users.splice(0)) await administer(inject('postgresUrl'), `DROP ROLE IF EXISTS ${user}`);
  });

  const sql = <T>(text: string): Promise<T[]> =>
    withClient(db.connection.migration, async (client) => (await client.query(text)).rows as T[]);
  const version = async (): Promise<unknown> => (await sql('SELECT version, dirty FROM schema_migrations'))[0];
  /** Tables, columns, constraints and indexes, as lines that can be compared. */
  const schema = async (): Promise<unknown[]> => [
    ...(await sql(`SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
                   WHERE table_schema = 'public' ORDER BY 1, 2`)),
    ...(await sql(`SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
                   WHERE connamespace = 'public'::regnamespace ORDER BY 1`)),
    ...(await sql(`SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`)),
  ];
  const create = (migrations?: Migration[]): Promise<MigrationRunner> =>
    MigrationRunner.create(db.connection, migrations);
  /** A login user of the test's own, and the connection that uses it as application or migration user. */
  const newUser = async (attributes: string): Promise<{ user: string; password: Secret }> => {
    const user = `user_${randomBytes(4).toString('hex')}`;
    users.push(user);
    await administer(db.url, `CREATE ROLE ${user} LOGIN PASSWORD 'pw' ${attributes}`);
    return { user, password: new Secret('pw') };
  };

  it('takes an empty database to the newest version, and nothing the second time', async () => {
    const runner = await create();
    const names = (await readMigrations()).map(({ name }) => name);
    const newest = (await readMigrations()).at(-1)!.version;

    const first = await runner.up();
    const second = await runner.up();

    expect(first).toEqual({ steps: names, version: newest });
    expect(second).toEqual({ steps: [], version: newest });
    expect(await version()).toEqual({ version: newest, dirty: false });
    expect(await runner.status()).toEqual({ version: newest, dirty: false, newest, isCurrent: true });
  });

  it('restores the same schema after every step down and up again', async () => {
    const runner = await create();
    const count = (await readMigrations()).length;
    const snapshots: unknown[] = [];
    for (let steps = 0; steps < count; steps++) {
      await runner.up(1);
      snapshots.push(await schema());
    }

    for (let steps = count - 1; steps > 0; steps--) {
      await runner.down(1);
      expect(await schema()).toEqual(snapshots[steps - 1]);
    }
    await runner.down(1);
    expect(await sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([
      { tablename: 'schema_migrations' },
    ]);
    await runner.up();
    expect(await schema()).toEqual(snapshots.at(-1));
  });

  it('goes at most as many steps as asked for, in both directions', async () => {
    const runner = await create([step(1001, 'SELECT 1'), step(1002, 'SELECT 1'), step(1003, 'SELECT 1')]);

    expect(await runner.up(2)).toEqual({ steps: ['1001-test', '1002-test'], version: 1002 });
    expect(await runner.up(5)).toEqual({ steps: ['1003-test'], version: 1003 });
    expect(await runner.down(1)).toEqual({ steps: ['1003-test'], version: 1002 });
    expect(await runner.down(1000)).toEqual({ steps: ['1002-test', '1001-test'], version: 0 });
    expect(await runner.down(1)).toEqual({ steps: [], version: 0 });
  });

  it('goes up in one process when several begin at once', async () => {
    const runners = await Promise.all([create(), create(), create()]);

    const results = await Promise.all(runners.map((runner) => runner.ensureCurrent()));

    const names = (await readMigrations()).map(({ name }) => name);
    expect(results.flatMap(({ steps }) => steps).toSorted()).toEqual(names);
    expect(await version()).toMatchObject({ dirty: false });
  });

  it('leaves version and schema as they were when a step fails', async () => {
    const runner = await create([step(1001, 'CREATE TABLE a ()'), step(1002, 'CREATE TABLE b (); SELECT nonsense')]);

    await expect(runner.up()).rejects.toThrow('migration "1002-test" (up) failed: ');

    expect(await version()).toEqual({ version: 1001, dirty: false });
    expect(await sql("SELECT to_regclass('a') AS a, to_regclass('b') AS b")).toEqual([{ a: 'a', b: null }]);
  });

  it.each([
    [23, false, 'thv-registry-api import'],
    [9999, false, 'newer than this program knows'],
    [1001, true, 'marked dirty'],
  ])('refuses a database at version %d (dirty: %s) and changes nothing', async (found, dirty, message) => {
    await sql(`CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
               INSERT INTO schema_migrations VALUES (${found}, ${dirty})`);
    const runner = await create();

    for (const move of [() => runner.up(), () => runner.down(1), () => runner.ensureCurrent(), () => runner.status()]) {
      await expect(move()).rejects.toThrow(message);
    }
    expect(await version()).toEqual({ version: found, dirty });
    expect(await sql("SELECT FROM pg_tables WHERE schemaname = 'public'")).toHaveLength(1);
  });

  it('needs only the restricted user when the schema is current', async () => {
    await (await create()).up();
    const user = await newUser(`IN ROLE ${ROLE}`);
    const unusable = { user: 'nobody_at_all', password: new Secret('x') };
    const connection = await connectionAs(user, unusable);

    const runner = await MigrationRunner.create(connection);

    expect((await runner.ensureCurrent()).steps).toEqual([]);
    expect((await runner.status()).isCurrent).toBe(true);
  });

  it('asks as the migration user where the application user may not look', async () => {
    const owner = { user: db.config.user, password: db.config.password! };
    await (await create()).up(1);
    const stranger = await newUser('');
    const runner = await MigrationRunner.create(await connectionAs(stranger, owner));

    expect(await runner.status()).toMatchObject({ version: 1001, isCurrent: false });
    expect((await runner.ensureCurrent()).steps).not.toEqual([]);
  });

  it('lets the restricted user read and write, now and in later tables, and not create', async () => {
    await (await create()).up();
    await sql('CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY, n int)');
    const { application } = await connectionAs(await newUser(`IN ROLE ${ROLE}`));

    await withClient(application, async (client) => {
      await client.query("INSERT INTO source (name, kind, creation_type) VALUES ('s', 'managed', 'API')");
      await client.query('INSERT INTO later (n) VALUES (1)');
      await client.query('UPDATE later SET n = 2');
      await client.query('DELETE FROM later');
      await expect(client.query('CREATE TABLE not_allowed ()')).rejects.toMatchObject({ code: '42501' });
      await expect(client.query('DROP TABLE source')).rejects.toMatchObject({ code: '42501' });
    });
  });

  it('migrates as a user without CREATEROLE where the role exists', async () => {
    const owner = await newUser('NOCREATEROLE');
    await administer(db.url, `GRANT CREATE, USAGE ON SCHEMA public TO ${owner.user}`);
    const runner = await MigrationRunner.create(await connectionAs(owner));

    await runner.up();
    const { application } = await connectionAs(await newUser(`IN ROLE ${ROLE}`));
    await withClient(application, (client) => client.query('SELECT FROM source, entry'));
    await runner.down(1000);

    expect(await version()).toBeUndefined();
    await administer(db.url, `DROP OWNED BY ${owner.user}`);
  });

  it('says what a migration user without privileges lacks', async () => {
    const weak = await newUser('');
    const runner = await MigrationRunner.create(await connectionAs(weak));

    await expect(runner.up()).rejects.toThrow(
      /^migration "1001-\S+" \(up\) failed: permission denied for schema public: the migration user needs CREATE/,
    );
  });

  it('leaves the role in place while another database grants to it', async () => {
    const runner = await create();
    await runner.up();

    await runner.down(1000);

    expect(await sql(`SELECT rolname FROM pg_roles WHERE rolname = '${ROLE}'`)).toHaveLength(1);
    await runner.up();
  });

  const connectionAs = (
    application: { user: string; password: Secret },
    migration = application,
  ): Promise<DatabaseConnection> =>
    createDatabaseConnection({
      ...db.config,
      ...application,
      migrationUser: migration.user,
      migrationPassword: migration.password,
    });
});
