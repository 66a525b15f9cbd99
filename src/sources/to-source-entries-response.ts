import { isUnclaimed } from '../claims/claims.js';
import { ENTRY_TYPE_NAMES } from '../model/entry-kind.js';
import type {
  EntryVersionResponse,
  SourceEntriesResponse,
  SourceEntryResponse,
} from './dto/source-entries.response.js';
import type { EntryVersionRow } from './sources.repository.js';

/** One version as the administrative lists show it: empty texts are left out. */
export function toEntryVersionResponse(row: EntryVersionRow): EntryVersionResponse {
  return {
    version: row.version,
    ...(row.title !== '' && { title: row.title }),
    ...(row.description !== '' && { description: row.description }),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/**
 * The content of a source, one element for each entry (admin-api spec 4.2).
 * @param rows - versions in the order of the answer, those of an entry together
 */
export function toSourceEntriesResponse(rows: Iterable<EntryVersionRow>): SourceEntriesResponse {
  const entries = new Map<number, SourceEntryResponse>();
  for (const row of rows) {
    let entry = entries.get(row.entryId);
    if (!entry) {
      entry = {
        entryType: ENTRY_TYPE_NAMES[row.kind],
        name: row.name,
        ...(!isUnclaimed(row.claims) && { claims: row.claims }),
        versions: [],
      };
      entries.set(row.entryId, entry);
    }
    entry.versions.push(toEntryVersionResponse(row));
  }
  return { entries: [...entries.values()] };
}
