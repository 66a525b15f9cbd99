import { OFFICIAL_META_KEY, type OfficialStatus } from '../model/official-status.js';
import type { EntryKind } from '../model/entry-kind.js';
import type { VersionTimes } from './catalog-entry.js';
import type { ItemArena, ItemBytes } from './item-arena.js';
import { formatTimestamp } from './timestamp.js';

/** What the envelope of a server says about it. */
export interface OfficialMetadata {
  readonly status: OfficialStatus;
  readonly times: VersionTimes;
  readonly isLatest: boolean;
}

const SERVER_HEAD = '{"server":';

/** Times are shared by the versions that one pass stored, so their texts are made once. */
const timeTexts = new WeakMap<VersionTimes, string>();

function timesText(times: VersionTimes): string {
  let text = timeTexts.get(times);
  if (text === undefined) {
    const [statusChangedAt, publishedAt] = [formatTimestamp(times.statusChangedAt), formatTimestamp(times.publishedAt)];
    text = `"statusChangedAt":"${statusChangedAt}","publishedAt":"${publishedAt}","updatedAt":"${formatTimestamp(times.updatedAt)}"`;
    timeTexts.set(times, text);
  }
  return text;
}

function serverTail({ status, times, isLatest }: OfficialMetadata): string {
  const official = `"status":"${status}",${timesText(times)},"isLatest":${isLatest}`;
  return `,"_meta":{"${OFFICIAL_META_KEY}":{${official}}}}`;
}

/**
 * Writes one version as it is served: a server in the envelope of the MCP Registry API with the official metadata
 * (consumer spec B6), a skill or plugin as it is.
 * @param document - the document's JSON, as text or as bytes of another arena
 */
export function renderItem(
  arena: ItemArena,
  kind: EntryKind,
  document: string | ItemBytes,
  metadata: OfficialMetadata,
): ItemBytes {
  return arena.write(kind === 'server' ? [SERVER_HEAD, document, serverTail(metadata)] : [document]);
}

/** Where the document stands in an item that {@link renderItem} wrote with the same metadata. */
export function documentBytes(kind: EntryKind, item: ItemBytes, metadata: OfficialMetadata): ItemBytes {
  if (kind !== 'server') return { slab: item.slab, start: item.start, end: item.end };
  return { slab: item.slab, start: item.start + SERVER_HEAD.length, end: item.end - serverTail(metadata).length };
}
