import { isUnclaimed, type Claims } from '../claims/claims.js';
import type { EntryFacets } from '../documents/entry-document.js';
import type { ClaimSet, VersionTimes } from './catalog-entry.js';
import { searchTextOf } from './search-text.js';
import type { VersionDraft } from './version-draft.js';
import type { VersionRow } from './version-row.js';

const NO_FACETS: EntryFacets = { tags: [], transports: [], registryTypes: [], kinds: [] };

/** Keeps one instance of equal values. */
class Pool<K, V> {
  readonly #values = new Map<K, V>();

  get(key: K, make: () => V): V {
    let value = this.#values.get(key);
    if (value === undefined) {
      value = make();
      this.#values.set(key, value);
    }
    return value;
  }
}

/** Turns rows into the parts of the catalogue, with one instance of what many rows have in common. */
export class RowReader {
  readonly #claims = new Pool<string | null, ClaimSet>();
  readonly #facets = new Pool<string, EntryFacets>();
  readonly #times = new Pool<string, VersionTimes>();
  readonly #versions = new Pool<string, string>();
  /** The row before: versions of one entry share its names, and as a rule what can be searched. */
  #previous: Pick<VersionDraft, 'name' | 'namespace' | 'searchText'> = { name: '', namespace: '', searchText: '' };

  /** The claims of the row's entry. */
  claims(row: VersionRow): ClaimSet {
    return this.#claims.get(row.claims, () => {
      const claims = row.claims === null ? null : (JSON.parse(row.claims) as Claims);
      return { key: isUnclaimed(claims) ? '' : (row.claims ?? ''), claims };
    });
  }

  /** The row as a version that has not been written yet. */
  draft(row: VersionRow): VersionDraft {
    const facets = this.#facets.get(row.facets, () => ({ ...NO_FACETS, ...(JSON.parse(row.facets) as EntryFacets) }));
    const searchText = searchTextOf(row.name, row.title, row.description, facets.tags);
    const previous = this.#previous;
    const draft = {
      id: row.id,
      name: row.name === previous.name ? previous.name : row.name,
      namespace: row.namespace === previous.namespace ? previous.namespace : row.namespace,
      version: this.#versions.get(row.version, () => row.version),
      ordinal: row.ordinal,
      status: row.status === 'active' ? ('active' as const) : ('deprecated' as const),
      times: this.#timesOf(row),
      searchText: searchText === previous.searchText ? previous.searchText : searchText,
      facets,
      document: row.document,
    };
    this.#previous = draft;
    return draft;
  }

  #timesOf({ publishedAt, statusChangedAt, updatedAt }: VersionRow): VersionTimes {
    return this.#times.get(`${publishedAt} ${statusChangedAt} ${updatedAt}`, () => ({
      publishedAt,
      statusChangedAt,
      updatedAt,
    }));
  }
}
