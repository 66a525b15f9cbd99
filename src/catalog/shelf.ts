import type { EntryKind } from '../model/entry-kind.js';
import type { CatalogEntry, ClaimSet } from './catalog-entry.js';
import { EntryList } from './entry-list.js';

let lastShelfId = 0;

/** The entries of one kind of one source at one moment. Immutable; a change makes a new one with another id. */
export class Shelf {
  /** Unique in the process: equal ids mean equal content. */
  readonly id = ++lastShelfId;

  private constructor(
    readonly list: EntryList,
    /** The claim sets of the entries, each once. */
    readonly claimSets: readonly ClaimSet[],
  ) {}

  /** @param claimSets - those of the entries, each once, when they are known */
  static of(list: EntryList, claimSets?: readonly ClaimSet[]): Shelf {
    return new Shelf(list, claimSets ?? distinctClaimSets(list.entries));
  }
}

/** The claim sets of entries, each once. */
export function distinctClaimSets(entries: readonly CatalogEntry[], known: readonly ClaimSet[] = []): ClaimSet[] {
  const sets = new Map(known.map((set) => [set.key, set]));
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
  /** Up to here `heldBytes` may grow before somebody looks how much of it is dead. */
  readonly tolerableBytes: number;
}

/** A source from which nothing has been read yet. */
export function emptyShelves(): SourceShelves {
  const empty = (): Shelf => Shelf.of(new EntryList([]));
  return {
    revision: 0,
    shelves: { server: empty(), skill: empty(), plugin: empty() },
    heldBytes: 0,
    tolerableBytes: 0,
  };
}
