import type { ClientBase } from 'pg';

/** The established server's migrations end here at the latest; ours begin above (operations spec 4.5). */
const LAST_FOREIGN_VERSION = 1000;

/** The row of `schema_migrations`. */
export interface SchemaVersion {
  /** 0: nothing is applied. */
  readonly version: number;
  /** A step was begun and not ended, by a program without transactional steps. */
  readonly dirty: boolean;
}

/** Reads where a database stands. */
export async function readSchemaVersion(client: ClientBase): Promise<SchemaVersion> {
  const { rows: tables } = await client.query<{ exists: boolean }>(
    "SELECT to_regclass('schema_migrations') IS NOT NULL AS exists",
  );
  if (!tables[0]?.exists) return { version: 0, dirty: false };
  const { rows } = await client.query<SchemaVersion>('SELECT version, dirty FROM schema_migrations');
  return rows[0] ?? { version: 0, dirty: false };
}

/** Stores where a database stands; call it inside the step's transaction. */
export async function writeSchemaVersion(client: ClientBase, version: number): Promise<void> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS schema_migrations (
      version bigint NOT NULL CONSTRAINT schema_migrations_pkey PRIMARY KEY,
      dirty boolean NOT NULL
    );
    DELETE FROM schema_migrations`);
  if (version > 0) await client.query('INSERT INTO schema_migrations (version, dirty) VALUES ($1, false)', [version]);
}

/**
 * Refuses databases that this program must not touch.
 * @throws Error when the schema is another program's, dirty, or newer than `newest`
 */
export function assertUsable({ version, dirty }: SchemaVersion, newest: number): void {
  if (version > 0 && version <= LAST_FOREIGN_VERSION) {
    throw new Error(
      `the database has schema version ${version} of another registry server: ` +
        'configure an empty database and take the data over with "thv-registry-api import --from postgres://..."',
    );
  }
  if (dirty) throw new Error(`the database's schema version ${version} is marked dirty: repair it first`);
  if (version > newest) {
    throw new Error(`the database's schema version ${version} is newer than this program knows (${newest})`);
  }
}
