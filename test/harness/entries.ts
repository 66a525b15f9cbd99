import { createHash } from 'node:crypto';
import type { Claims } from '../../src/claims/claims.js';
import type { EntryDocument } from '../../src/documents/entry-document.js';
import { EntryVersionEntity } from '../../src/entries/entry-version.entity.js';
import { EntryEntity } from '../../src/entries/entry.entity.js';
import type { SourceKind } from '../../src/model/source-settings.js';
import type { TestDatabase } from './database.js';

/** What {@link createTestDatabase} needs to know for the helpers here. */
export const ENTRY_ENTITIES = [EntryEntity, EntryVersionEntity];

/** A valid document; a server `io.example/a` in version 1.0.0 unless told otherwise. */
export function newDocument(overrides: Partial<EntryDocument> = {}): EntryDocument {
  const { kind = 'server', version = '1.0.0', title = '', description = 'd' } = overrides;
  const namespace = overrides.namespace ?? (kind === 'server' ? '' : 'io.example');
  const name = overrides.name ?? (kind === 'server' ? 'io.example/a' : 'a');
  const json =
    overrides.json ??
    JSON.stringify({ ...(kind === 'server' ? {} : { namespace }), name, version, title, description });
  const facets = { tags: [], transports: [], registryTypes: [], kinds: [], ...overrides.facets };
  const hash = createHash('sha256').update(json).digest('hex');
  return { kind, namespace, name, version, title, description, status: 'active', hash, ...overrides, facets, json };
}

/** Inserts a source and gives its id. */
export async function insertSource(
  { runner }: TestDatabase,
  source: { name?: string; kind?: SourceKind; claims?: Claims | null } = {},
): Promise<number> {
  const { name = `source-${Math.random().toString(36).slice(2)}`, kind = 'git', claims = null } = source;
  const rows = await runner.query<{ id: number }>(
    "INSERT INTO source (name, kind, creation_type, claims) VALUES ($1, $2, 'CONFIG', $3) RETURNING id",
    [name, kind, claims && JSON.stringify(claims)],
  );
  return rows[0]!.id;
}

/** What a test looks at of a stored version; `written` changes with every write of the row, also one that changes nothing. */
export interface StoredVersion {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly ordinal: number;
  readonly claims: Claims | null;
  readonly status: string;
  readonly document: string;
  readonly revision: number;
  readonly publishedAt: Date;
  readonly statusChangedAt: Date;
  readonly updatedAt: Date;
  readonly written: string;
}

/** All versions of a source in the order of name, namespace, kind and place. */
export function storedVersions({ runner }: TestDatabase, sourceId: number): Promise<StoredVersion[]> {
  return runner.query<StoredVersion>(
    `SELECT e.kind, e.namespace, e.name, v.version, v.ordinal, e.claims, v.status, v.document, v.revision,
       v.published_at AS "publishedAt", v.status_changed_at AS "statusChangedAt", v.updated_at AS "updatedAt",
       e.xmin || '/' || v.xmin AS written
     FROM entry e JOIN entry_version v ON v.entry_id = e.id
     WHERE e.source_id = $1
     ORDER BY e.name, e.namespace, e.kind, v.ordinal`,
    [sourceId],
  );
}

/** `revision` and `removed_at_revision` of a source. */
export async function sourceRevisions(
  { runner }: TestDatabase,
  sourceId: number,
): Promise<{ revision: number; removedAt: number }> {
  const rows = await runner.query<{ revision: number; removedAt: number }>(
    'SELECT revision, removed_at_revision AS "removedAt" FROM source WHERE id = $1',
    [sourceId],
  );
  return rows[0]!;
}
