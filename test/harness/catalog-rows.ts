import { atOnce } from '../../src/common/in-slices.js';
import type { Claims } from '../../src/claims/claims.js';
import { emptyShelves, type SourceShelves } from '../../src/catalog/shelf.js';
import { ShelfBuilder } from '../../src/catalog/shelf-builder.js';
import type { VersionRow } from '../../src/catalog/version-row.js';

let lastId = 0;

/** What a test says of a version; everything else gets a plain value. */
export interface VersionRowOverrides extends Partial<Omit<VersionRow, 'claims' | 'facets'>> {
  readonly claims?: Claims | null;
  readonly facets?: object;
}

const DEFAULT_TIME = Date.parse('2026-01-01T12:00:00Z') * 1000;

/** A row of the catalogue's query; a server unless told otherwise. */
export function newVersionRow(overrides: VersionRowOverrides = {}): VersionRow {
  const { claims = null, facets = {}, ...rest } = overrides;
  const id = ++lastId;
  const row = {
    id,
    entryId: id,
    kind: 'server' as const,
    namespace: '',
    name: 'io.example/server',
    version: '1.0.0',
    ordinal: 0,
    title: '',
    description: '',
    status: 'active' as const,
    publishedAt: DEFAULT_TIME,
    statusChangedAt: DEFAULT_TIME,
    updatedAt: DEFAULT_TIME,
    ...rest,
  };
  return {
    ...row,
    claims: claims && JSON.stringify(claims),
    facets: JSON.stringify(facets),
    document: rest.document ?? JSON.stringify({ name: row.name, version: row.version }),
  };
}

/** The shelves of a source that holds these rows; rows of one entry must follow one another and share `entryId`. */
export function shelvesOf(rows: readonly VersionRow[]): SourceShelves {
  const builder = new ShelfBuilder(emptyShelves());
  builder.add(rows);
  return atOnce(builder.finish(1));
}
