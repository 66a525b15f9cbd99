import type { EntryKind } from '../model/entry-kind.js';
import type { CatalogEntry, CatalogVersion, ClaimSet } from './catalog-entry.js';
import { flattenEntries, latestOf } from './item-lists.js';

let lastShelfId = 0;

/** The entries of one kind of one source at one moment. Immutable; a change makes a new one with another id. */
export class Shelf {
  /** Unique in the process: equal ids mean equal content. */
  readonly id = ++lastShelfId;
  #claimSets: readonly ClaimSet[] | undefined;
  #items: readonly CatalogVersion[] | undefined;
  #latest: readonly CatalogVersion[] | undefined;

  /** @param entries - ordered by `compareEntryNames`, without repetitions */
  constructor(readonly entries: readonly CatalogEntry[]) {}

  /** The claim sets of the entries, each once. */
  get claimSets(): readonly ClaimSet[] {
    return (this.#claimSets ??= distinctClaimSets(this.entries));
  }

  /** All versions in list order. */
  get items(): readonly CatalogVersion[] {
    return (this.#items ??= flattenEntries(this.entries, (entry) => entry.versions));
  }

  /** The latest version of each entry in list order. */
  get latest(): readonly CatalogVersion[] {
    return (this.#latest ??= flattenEntries(this.entries, latestOf));
  }
}

function distinctClaimSets(entries: readonly CatalogEntry[]): ClaimSet[] {
  const sets = new Map<string, ClaimSet>();
  let previous: ClaimSet | undefined;
  for (const { claims } of entries) {
    if (claims === previous) continue;
    sets.set(claims.key, claims);
    previous = claims;
  }
  return [...sets.values()];
}

/** What one source holds, with what is needed to bring it up to date. */
export interface SourceShelves {
  /** The source's revision at which this was read. */
  readonly revision: number;
  readonly shelves: Readonly<Record<EntryKind, Shelf>>;
  /** Upper bound of the bytes of all slabs that items stand in. */
  readonly heldBytes: number;
}

/** A source from which nothing has been read yet. */
export function emptyShelves(): SourceShelves {
  return {
    revision: 0,
    shelves: { server: new Shelf([]), skill: new Shelf([]), plugin: new Shelf([]) },
    heldBytes: 0,
  };
}
