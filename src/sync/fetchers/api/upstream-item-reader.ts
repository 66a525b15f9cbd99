import { setImmediate } from 'node:timers/promises';
import { isJsonObject, textOf, type JsonObject } from '../../../common/json-object.js';
import type { EntryDocument } from '../../../documents/entry-document.js';
import type { RejectedEntry } from '../../../documents/parsed-document.js';
import { parseUpstreamItem, parseUpstreamPlugin, parseUpstreamSkill } from '../../../documents/upstream-item.js';
import type { EntryKey } from '../../../entries/write-result.js';
import { OFFICIAL_META_KEY } from '../../../model/official-status.js';
import type { UpstreamList, UpstreamPage } from './page-walk.js';

/** What became of an item of an upstream's list. */
export interface UpstreamEntry {
  /** Where it stood: `<page URL>#<JSON Pointer>`. */
  readonly place: string;
  readonly outcome:
    | { readonly kind: 'valid'; readonly document: EntryDocument }
    | { readonly kind: 'invalid'; readonly rejected: RejectedEntry }
    | { readonly kind: 'deleted' };
  /** Which version of which server it is about, as far as it says. */
  readonly key?: EntryKey;
  /** Official stamps, milliseconds since the epoch; absent when the upstream gives none. */
  readonly updatedAt?: number;
  readonly publishedAt?: number;
}

function stampOf(official: JsonObject, member: string): number | undefined {
  const time = Date.parse(textOf(official[member]));
  return Number.isNaN(time) ? undefined : time;
}

function outcomeOf(
  item: unknown,
  member: UpstreamList['member'],
  pointer: string,
  maxMetaSize: number,
): UpstreamEntry['outcome'] {
  const read = readItem(item, member, pointer, maxMetaSize);
  if (read === 'deleted') return { kind: 'deleted' };
  return 'document' in read ? { kind: 'valid', document: read.document } : { kind: 'invalid', rejected: read.rejected };
}

function readItem(item: unknown, member: UpstreamList['member'], pointer: string, maxMetaSize: number) {
  switch (member) {
    case 'servers':
      return parseUpstreamItem(item, pointer, maxMetaSize);
    case 'skills':
      return parseUpstreamSkill(item, pointer);
    case 'plugins':
      return parseUpstreamPlugin(item, pointer);
  }
}

function serverKey(item: JsonObject): EntryKey | undefined {
  const server = isJsonObject(item.server) ? item.server : {};
  const { name, version } = server;
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  return { kind: 'server', namespace: '', name, version };
}

/** Items that are read without letting other work in between: a few milliseconds. */
const SLICE_ITEMS = 50;

/** Reads the items of a page; places of invalid ones are `<page URL>#<JSON Pointer>` (ahead.md P3). */
export async function* readItems(
  { items, url }: UpstreamPage,
  member: UpstreamList['member'],
  maxMetaSize: number,
): AsyncGenerator<UpstreamEntry> {
  for (const [index, item] of items.entries()) {
    if (index % SLICE_ITEMS === SLICE_ITEMS - 1) await setImmediate();
    const place = `${url}#/${member}/${index}`;
    const outcome = outcomeOf(item, member, place, maxMetaSize);
    if (member !== 'servers' || !isJsonObject(item)) {
      yield { place, outcome };
      continue;
    }
    const official = isJsonObject(item._meta) ? item._meta[OFFICIAL_META_KEY] : undefined;
    const stamps = isJsonObject(official) ? official : {};
    yield {
      place: `${place}/server`,
      outcome,
      key: serverKey(item),
      updatedAt: stampOf(stamps, 'updatedAt'),
      publishedAt: stampOf(stamps, 'publishedAt'),
    };
  }
}
