import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import { parseQueryString } from '../common/http/query-string.js';
import { decodeCursor, type Cursor, type CursorPosition, type CarriedParameters } from './cursor.js';
import type { ItemFilter } from './item-filter.js';

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

/** The parameters of one list; whatever they do not name is ignored. */
export interface ListRules {
  /** Parameters that choose items, which cursors therefore carry; whether each may be repeated. */
  readonly carried: Readonly<Record<string, 'single' | 'repeatable'>>;
  /** Whether white space around values counts for nothing. */
  readonly trims: boolean;
  /** @throws InvalidInputError */
  readonly readLimit: (text: string | undefined) => number;
  /** @throws InvalidInputError */
  readonly readFilter: (parameters: CarriedParameters) => Pick<ListQuery, 'filter' | 'withTotal'>;
}

/** The values that count of a parameter: not the empty ones, and of one that is not repeatable only the first. */
function valuesOf(values: readonly string[], repetition: 'single' | 'repeatable', trims: boolean): readonly string[] {
  const counted = repetition === 'single' ? values.slice(0, 1) : values;
  return counted.map((value) => (trims ? value.trim() : value)).filter((value) => value !== '');
}

/** A parameter that the request does not have is the one that its cursor carries (consumer spec B2). */
function mergeParameters(
  given: ReadonlyMap<string, readonly string[]>,
  cursor: Cursor | undefined,
  { carried, trims }: ListRules,
): CarriedParameters {
  const merged: Record<string, string | readonly string[]> = {};
  for (const [name, repetition] of Object.entries(carried)) {
    let values = valuesOf(given.get(name) ?? [], repetition, trims);
    if (values.length === 0) values = valuesOf([cursor?.parameters[name] ?? []].flat(), repetition, trims);
    const [first] = values;
    if (first !== undefined) merged[name] = repetition === 'single' ? first : values;
  }
  return merged;
}

/** Query strings that are remembered, and how long they may be: clients ask the same again and again. */
const MAX_REMEMBERED = 2000;
const MAX_REMEMBERED_LENGTH = 500;

/**
 * Makes the function that reads the query string of a list (consumer spec 3 and 7, ahead.md P5): the text after the `?`.
 * An empty parameter counts as absent. It throws InvalidInputError with the message of the parameter that is wrong.
 */
export function createListQueryParser(rules: ListRules): (query: string) => ListQuery {
  const remembered = new LRUCache<string, ListQuery>({ max: MAX_REMEMBERED });
  return (query) => {
    let parsed = remembered.get(query);
    if (!parsed) {
      parsed = parseListQuery(query, rules);
      if (query.length <= MAX_REMEMBERED_LENGTH) remembered.set(query, parsed);
    }
    return parsed;
  };
}

function parseListQuery(query: string, rules: ListRules): ListQuery {
  const given = parseQueryString(query);
  const first = (name: string): string | undefined => valuesOf(given.get(name) ?? [], 'single', rules.trims)[0];
  // A limit is never trimmed: ` 5` is no integer.
  const limit = rules.readLimit(valuesOf(given.get('limit') ?? [], 'single', false)[0]);
  const cursorText = first('cursor');
  const cursor = cursorText === undefined ? undefined : decodeCursor(cursorText);
  const parameters = mergeParameters(given, cursor, rules);
  return { limit, position: cursor?.position, ...rules.readFilter(parameters), parameters };
}

/** The query string of a request, without the `?`. */
export function queryStringOf(request: Pick<Request, 'url'>): string {
  const at = request.url.indexOf('?');
  return at < 0 ? '' : request.url.slice(at + 1);
}

/** With no more digits than 64 bits can need, besides leading zeros. */
const INTEGER = /^[+-]?0*\d{1,19}$/;

/** Reads a base-10 integer that fits into 64 bits, else undefined. */
export function parseInt64(text: string): number | undefined {
  if (!INTEGER.test(text) || BigInt.asIntN(64, BigInt(text)) !== BigInt(text)) return undefined;
  return Number(text);
}
