import type { Client } from 'pg';
import { createDatabaseConnection } from '../../database/database-connection.js';
import { readSchemaVersion } from '../../database/migrations/schema-version.js';
import { openClient } from '../../database/open-client.js';
import { rfc3339 } from '../../sources/timestamp-sql.js';
import type {
  EstablishedEntry,
  EstablishedRegistry,
  EstablishedSource,
  EstablishedVersion,
} from './established-rows.js';
import type { SourceDatabase } from './source-url.js';

/** The schema version that is understood (operations spec 4.5). */
const SCHEMA_VERSION = 23;

/** Versions that are fetched at a time. */
const FETCH_SIZE = 500;

const NO_TLS = 'The server does not support SSL connections';

const SOURCES = `
  SELECT id, name, creation_type::text AS "creationType", source_type::text AS kind, source_config AS settings,
    filter_config AS filter, claims, (extract(epoch FROM sync_schedule) * 1000000)::bigint AS "intervalMicroseconds",
    ${rfc3339('created_at')} AS "createdAt", ${rfc3339('updated_at')} AS "updatedAt"
  FROM source ORDER BY source.created_at, source.name`;

const REGISTRIES = `
  SELECT r.name, r.claims, ${rfc3339('r.created_at')} AS "createdAt", ${rfc3339('r.updated_at')} AS "updatedAt",
    ARRAY(
      SELECT s.name FROM registry_source rs JOIN source s ON s.id = rs.source_id
      WHERE rs.registry_id = r.id ORDER BY rs.position, s.name
    ) AS sources
  FROM registry r WHERE r.creation_type = 'API' ORDER BY r.created_at, r.name`;

// Nothing but their place in the table tells in which order the rows of one version were written.
const rowsOf = (table: string, key: string): string =>
  `(SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.ctid), '[]') FROM ${table} t WHERE t.${key} = o.version_id)`;

const rowOf = (table: string): string => `(SELECT to_jsonb(t) FROM ${table} t WHERE t.version_id = o.version_id)`;

const byKind = (server: string, skill: string, plugin: string): string =>
  `CASE o.kind WHEN 'server' THEN ${server} WHEN 'skill' THEN ${skill} ELSE ${plugin} END`;

const onlyServer = (rows: string): string => byKind(rows, "'[]'", "'[]'");

// Sorted first and put together afterwards, so that documents are not sorted and only fetched ones are put together.
const DECLARE_ENTRIES = `
  DECLARE entries NO SCROLL CURSOR FOR
  WITH ordered AS MATERIALIZED (
    SELECT e.id AS entry_id, e.name, e.claims, e.created_at AS entry_created_at, e.updated_at AS entry_updated_at,
      CASE e.entry_type::text WHEN 'MCP' THEN 'server' WHEN 'SKILL' THEN 'skill' ELSE 'plugin' END AS kind,
      v.id AS version_id, v.version, v.title, v.description, v.created_at, v.updated_at
    FROM registry_entry e JOIN entry_version v ON v.entry_id = e.id
    WHERE e.source_id = $1
    ORDER BY e.created_at, e.id, v.created_at, v.id
  )
  SELECT o.entry_id AS "entryId", o.kind, o.name, o.claims, o.entry_created_at AS "entryCreatedAt",
    o.entry_updated_at AS "entryUpdatedAt", o.version_id AS id, o.version, o.created_at AS "createdAt",
    o.updated_at AS "updatedAt",
    jsonb_build_object(
      'title', o.title,
      'description', o.description,
      'main', ${byKind(rowOf('mcp_server'), rowOf('skill'), rowOf('plugin'))},
      'packages', ${onlyServer(rowsOf('mcp_server_package', 'server_id'))},
      'remotes', ${onlyServer(rowsOf('mcp_server_remote', 'server_id'))},
      'icons', ${onlyServer(rowsOf('mcp_server_icon', 'server_id'))},
      'ociPackages', ${byKind("'[]'", rowsOf('skill_oci_package', 'skill_id'), rowsOf('plugin_oci_package', 'plugin_id'))},
      'gitPackages', ${byKind("'[]'", rowsOf('skill_git_package', 'skill_id'), rowsOf('plugin_git_package', 'plugin_id'))}
    )::text AS content
  FROM ordered o`;

type VersionRow = EstablishedVersion &
  Pick<EstablishedEntry, 'kind' | 'name' | 'claims'> & {
    readonly entryId: string;
    readonly entryCreatedAt: Date;
    readonly entryUpdatedAt: Date;
  };

async function connect({ config, mayBePlain }: SourceDatabase, environment: NodeJS.ProcessEnv): Promise<Client> {
  const { application } = await createDatabaseConnection(config, environment);
  try {
    return await openClient(application);
  } catch (error) {
    const isWithoutTls = error instanceof Error && error.message.includes(NO_TLS);
    if (!mayBePlain || !isWithoutTls) throw error;
    return openClient({ ...application, ssl: false });
  }
}

async function assertReadable(client: Client): Promise<void> {
  const { version, dirty } = await readSchemaVersion(client);
  if (version === 0)
    throw new Error('the database of --from has no schema: it is not the database of a registry server');
  if (version !== SCHEMA_VERSION) {
    throw new Error(
      `the database of --from is at schema version ${version}, only version ${SCHEMA_VERSION} can be imported` +
        (version < SCHEMA_VERSION ? ': start a newer release of the established server on it once' : ''),
    );
  }
  if (dirty)
    throw new Error(`the schema version ${version} of the database of --from is marked dirty: repair it first`);
}

function toEntry(rows: readonly [VersionRow, ...VersionRow[]]): EstablishedEntry {
  const [{ kind, name, claims, entryCreatedAt, entryUpdatedAt }] = rows;
  return { kind, name, claims, createdAt: entryCreatedAt, updatedAt: entryUpdatedAt, versions: rows };
}

/** Makes entries of consecutive rows. */
function toEntries(rows: readonly VersionRow[]): EstablishedEntry[] {
  const groups: [VersionRow, ...VersionRow[]][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last && last[0].entryId === row.entryId) last.push(row);
    else groups.push([row]);
  }
  return groups.map(toEntry);
}

/** The established server's database, as it was when the import began; nothing can be written through it. */
export class EstablishedDatabase {
  private constructor(private readonly client: Client) {}

  /**
   * Connects and begins the transaction that all reading happens in.
   * @throws Error when the database cannot be reached, or is not at the version that is understood
   */
  static async open(database: SourceDatabase, environment: NodeJS.ProcessEnv): Promise<EstablishedDatabase> {
    const client = await connect(database, environment);
    try {
      await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      // The other side's writes happen between two reads, however long they take.
      await client.query('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
      await assertReadable(client);
      return new EstablishedDatabase(client);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /** All sources, oldest first. */
  async listSources(): Promise<EstablishedSource[]> {
    return (await this.client.query<EstablishedSource>(SOURCES)).rows;
  }

  /** The registries that were made over the API, oldest first. */
  async listRegistries(): Promise<EstablishedRegistry[]> {
    return (await this.client.query<EstablishedRegistry>(REGISTRIES)).rows;
  }

  /** The entries of a source in batches, oldest first and whole; one walk at a time. */
  async *batches(sourceId: string): AsyncGenerator<EstablishedEntry[]> {
    await this.client.query(DECLARE_ENTRIES, [sourceId]);
    try {
      let rest: VersionRow[] = [];
      for (;;) {
        const { rows } = await this.client.query<VersionRow>(`FETCH ${FETCH_SIZE} FROM entries`);
        if (rows.length === 0) break;
        const all = [...rest, ...rows];
        // The last entry may go on in the next rows.
        const end = all.findIndex(({ entryId }) => entryId === all.at(-1)?.entryId);
        rest = all.slice(end);
        if (end > 0) yield toEntries(all.slice(0, end));
      }
      if (rest.length > 0) yield toEntries(rest);
    } finally {
      // Fails where reading has failed, which is the error to hear of.
      await this.client.query('CLOSE entries').catch(() => undefined);
    }
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await this.client.end();
  }
}
