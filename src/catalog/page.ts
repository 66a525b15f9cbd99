import { JsonBytes } from '../common/http/json-bytes.js';
import type { CatalogVersion } from './catalog-entry.js';

/** The `metadata` of a list, members in the order in which they are written. */
export interface PageMetadata {
  readonly nextCursor?: string;
  readonly prevCursor?: string;
  /** Items of this page. */
  readonly count: number;
  /** Items of all pages. */
  readonly total?: number;
}

/** A piece of the catalogue as it is sent. */
export interface CatalogAnswer {
  readonly body: JsonBytes;
  /** The number of items in it. */
  readonly count: number;
}

const COMMA = 0x2c;

function jsonAnswer(bytes: Buffer, count: number): CatalogAnswer {
  return { body: new JsonBytes(bytes, { conditional: true }), count };
}

/**
 * Puts the items `[start, end)` of a list into its envelope, without looking into them.
 * @param member - the name under which the envelope holds the items
 */
export function renderPage(
  member: string,
  items: readonly CatalogVersion[],
  [start, end]: readonly [number, number],
  metadata: PageMetadata,
): CatalogAnswer {
  const head = `{"${member}":[`;
  const tail = `],"metadata":${JSON.stringify(metadata)}}\n`;
  let size = head.length + tail.length + Math.max(end - start - 1, 0);
  for (let index = start; index < end; index++) size += itemLength(items[index] as CatalogVersion);
  // Not from the pool: a page that stays in a cache would keep its neighbours in memory.
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = bytes.write(head, 0, 'latin1');
  for (let index = start; index < end; index++) {
    const item = items[index] as CatalogVersion;
    if (index > start) bytes[at++] = COMMA;
    at += item.slab.copy(bytes, at, item.start, item.end);
  }
  bytes.write(tail, at, 'latin1');
  return jsonAnswer(bytes, end - start);
}

function itemLength({ start, end }: CatalogVersion): number {
  return end - start;
}

/** One version alone, with the line feed behind it. */
export function renderVersion({ slab, start, end }: CatalogVersion): CatalogAnswer {
  const bytes = Buffer.allocUnsafeSlow(end + 1 - start);
  slab.copy(bytes, 0, start, end + 1);
  return jsonAnswer(bytes, 1);
}
