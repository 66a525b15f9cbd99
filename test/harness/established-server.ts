import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';
import { ESTABLISHED_SCHEMA } from './established-schema.js';

type Row = Readonly<Record<string, unknown>>;

/** A version as it is written into the tables of the established server. */
export interface PublishedRows {
  readonly kind: 'MCP' | 'SKILL' | 'PLUGIN';
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly description?: string;
  /** Of the entry; counts when the version is its first. */
  readonly claims?: object;
  /** Of the version, and of the entry with its first. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
  /** The row of `mcp_server`, `skill` or `plugin`; null for none. */
  readonly main?: Row | null;
  /** Rows of further tables, by table. */
  readonly rows?: Readonly<Record<string, readonly Row[]>>;
}

/** A database of the established server at schema version 23. */
export interface EstablishedServer {
  readonly db: TestDatabase;
  readonly url: string;
  query<T = Row>(sql: string, parameters?: readonly unknown[]): Promise<T[]>;
  addSource(source: Row): Promise<string>;
  addRegistry(registry: Row, ...sources: string[]): Promise<void>;
  /** @returns the id of the version */
  publish(source: string, version: PublishedRows): Promise<string>;
  drop(): Promise<void>;
}

const MAIN_TABLE = { MCP: 'mcp_server', SKILL: 'skill', PLUGIN: 'plugin' } as const;
const MAIN_KEY = { MCP: 'server_id', SKILL: 'skill_id', PLUGIN: 'plugin_id' } as const;

const isJson = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Creates the database, empty. */
export async function createEstablishedServer(): Promise<EstablishedServer> {
  const db = await createTestDatabase({ migrated: false });
  const client = new Client({ connectionString: db.url });
  await client.connect();
  await client.query(ESTABLISHED_SCHEMA);

  const query = async <T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> =>
    (await client.query(sql, [...parameters])).rows as T[];
  const insert = async (table: string, row: Row): Promise<Row> => {
    const columns = Object.keys(row);
    // Arrays of PostgreSQL are given as text, so that objects can be given as they are.
    const values = Object.values(row).map((value) => (isJson(value) ? JSON.stringify(value) : value));
    const places = columns.map((_, index) => `$${index + 1}`);
    const [inserted] = await query<Row>(
      `INSERT INTO ${table} (${columns.join()}) VALUES (${places.join()}) RETURNING *`,
      values,
    );
    return inserted!;
  };
  const idOf = async (source: string): Promise<unknown> =>
    (await query<Row>('SELECT id FROM source WHERE name = $1', [source]))[0]!.id;

  return {
    db,
    url: db.url,
    query,
    addSource: async (source) => String((await insert('source', source)).id),
    addRegistry: async (registry, ...sources) => {
      const { id } = await insert('registry', registry);
      for (const [position, name] of sources.entries()) {
        await insert('registry_source', { registry_id: id, source_id: await idOf(name), position });
      }
    },
    publish: async (source, given) => {
      const { kind, name, version, title, description, claims, main = {}, rows = {} } = given;
      const createdAt = given.createdAt ?? '2025-01-02T03:04:05.678Z';
      const times = { created_at: createdAt, updated_at: given.updatedAt ?? createdAt };
      const sourceId = await idOf(source);
      const [present] = await query<Row>(
        'SELECT id FROM registry_entry WHERE source_id = $1 AND entry_type = $2 AND name = $3',
        [sourceId, kind, name],
      );
      const entry =
        present ?? (await insert('registry_entry', { source_id: sourceId, entry_type: kind, name, claims, ...times }));
      const { id } = await insert('entry_version', { entry_id: entry.id, name, version, title, description, ...times });
      await query(
        `INSERT INTO latest_entry_version VALUES ($1, $2, $3, $4)
         ON CONFLICT (source_id, name) DO UPDATE SET version = excluded.version, latest_version_id = excluded.latest_version_id`,
        [sourceId, name, version, id],
      );
      const namespace = kind === 'MCP' ? {} : { namespace: 'io.example' };
      if (main) await insert(MAIN_TABLE[kind], { version_id: id, ...namespace, ...main });
      for (const [table, list] of Object.entries(rows)) {
        for (const row of list) await insert(table, { [MAIN_KEY[kind]]: id, ...row });
      }
      return String(id);
    },
    drop: async () => {
      await client.end();
      await db.drop();
    },
  };
}
