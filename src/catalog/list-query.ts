import type { CursorPosition } from './cursor.js';
import type { ItemFilter } from './item-filter.js';

/** Parameters that a cursor carries, by their public names: one value, or several of a repeatable parameter. */
export type CarriedParameters = Readonly<Record<string, string | readonly string[]>>;

/** What a request for a page of a list asks for. */
export interface ListQuery {
  /** Items of the page, at least 1. */
  readonly limit: number;
  /** Undefined at the start of the list. */
  readonly position: CursorPosition | undefined;
  readonly filter: ItemFilter;
  /** Whether the number of items over all pages is wanted. */
  readonly withTotal: boolean;
  /** What `filter` and `withTotal` were read from; equal parameters, equal filters. */
  readonly parameters: CarriedParameters;
}
