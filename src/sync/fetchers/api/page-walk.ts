import { decodeUtf8 } from '../../../common/exact-json.js';
import { isJsonObject } from '../../../common/json-object.js';
import { parseUpstreamPage } from '../../../documents/upstream-item.js';
import { FetchError } from '../../pass-errors.js';
import type { ApiClient } from './api-client.js';
import type { ApiAnswer } from './api-request.js';

const MAX_EMPTY_PAGES = 10;

const BYTE_ORDER_MARK = /^\uFEFF/;

/** A list of an upstream. */
export interface UpstreamList {
  /** Below the endpoint. */
  readonly path: string;
  /** Member of a page that holds the items. */
  readonly member: 'servers' | 'skills' | 'plugins';
}

/** One page of a list. */
export interface UpstreamPage {
  readonly items: readonly unknown[];
  /** Of the page, without its query. */
  readonly url: string;
  /** `metadata.total`, where the upstream gives it. */
  readonly total?: number;
  /** The upstream's clock, by the `Date` header; milliseconds. */
  readonly date?: number;
}

/** The upstream answered with another status than 200 (and none that may pass). */
export class ListStatusError extends FetchError {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'ListStatusError';
  }
}

function withoutQuery(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function parsePage({ bytes, url }: ApiAnswer, member: string): Record<string, unknown> {
  let page: unknown;
  try {
    page = parseUpstreamPage(decodeUtf8(bytes).replace(BYTE_ORDER_MARK, ''));
  } catch {
    throw new FetchError(`GET ${url.href}: the answer is not JSON`);
  }
  if (!isJsonObject(page)) throw new FetchError(`GET ${url.href}: the answer is not an object`);
  if (!Array.isArray(page[member])) throw new FetchError(`GET ${url.href}: the answer has no array "${member}"`);
  return page;
}

function cursorOf({ metadata }: Record<string, unknown>, url: URL): string | undefined {
  if (metadata === undefined || metadata === null) return undefined;
  if (!isJsonObject(metadata)) throw new FetchError(`GET ${url.href}: metadata is not an object`);
  const next = metadata.nextCursor ?? '';
  if (typeof next !== 'string') throw new FetchError(`GET ${url.href}: metadata.nextCursor is not a string`);
  const count = metadata.count ?? 0;
  if (typeof count !== 'number') throw new FetchError(`GET ${url.href}: metadata.count is not a number`);
  return next === '' ? undefined : next;
}

function toPage(page: Record<string, unknown>, { url, headers }: ApiAnswer, member: string): UpstreamPage {
  const total = isJsonObject(page.metadata) ? page.metadata.total : undefined;
  const date = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
  return {
    items: page[member] as unknown[],
    url: withoutQuery(url),
    ...(typeof total === 'number' ? { total } : {}),
    ...(Number.isNaN(date) ? {} : { date }),
  };
}

/**
 * Walks the pages of a list to its end. Pages may be shorter than asked for, even empty.
 * @param query - of every request, besides the cursor
 * @throws ListStatusError; FetchError for an answer that is no page, a cursor that was seen before, or ten pages in a row
 *   without an item
 */
export async function* walkPages(
  client: ApiClient,
  { path, member }: UpstreamList,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<UpstreamPage> {
  const seen = new Set<string>();
  let empty = 0;
  for (let cursor: string | undefined; ;) {
    const parameters = new URLSearchParams({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    const answer = await client.get(`${path}?${parameters.toString()}`);
    const where = withoutQuery(answer.url);
    if (answer.status !== 200) {
      throw new ListStatusError(`GET ${where}: status ${answer.status}, expected 200`, answer.status);
    }
    const page = parsePage(answer, member);
    const read = toPage(page, answer, member);
    yield read;
    empty = read.items.length === 0 ? empty + 1 : 0;
    if (empty >= MAX_EMPTY_PAGES) throw new FetchError(`GET ${where}: ${empty} pages in a row without an entry`);
    cursor = cursorOf(page, answer.url);
    if (cursor === undefined) return;
    if (seen.has(cursor)) throw new FetchError(`GET ${where}: the cursor "${cursor.slice(0, 100)}" came a second time`);
    seen.add(cursor);
  }
}
