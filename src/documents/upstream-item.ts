import { OFFICIAL_META_KEY } from '../model/official-status.js';
import { toRejectedEntry } from './entry-collector.js';
import type { EntryDocument } from './entry-document.js';
import { readServer, type ReadEntry } from './entry-reader.js';
import { findInexactness, parseMarkingJson } from './exactness.js';
import { isJsonObject, withoutMembers, type JsonObject } from '../common/json-object.js';
import { toExtensionDocument, type ExtensionKind } from './normalise.js';
import type { RejectedEntry } from './parsed-document.js';
import { findExtensionProblem } from './published-rules.js';
import { EXTENSION_RULES, OVERRULED_MEMBERS } from './rules/extension-rules.js';
import { jsonPointer } from './rules/problem.js';
import { UPSTREAM_SERVER_RULE } from './rules/server-rules.js';

/** What became of one item of an upstream registry's list. */
export type UpstreamItem = { readonly document: EntryDocument } | { readonly rejected: RejectedEntry };

/**
 * Parses a page of an upstream registry so that an integer that JavaScript cannot keep makes only its own item invalid.
 * @throws SyntaxError
 */
export function parseUpstreamPage(text: string): unknown {
  return parseMarkingJson(text);
}

function toItem(read: ReadEntry, value: unknown, pointerBase: string): UpstreamItem {
  return 'document' in read ? read : { rejected: toRejectedEntry(value, pointerBase, read.problem) };
}

function officialStatus(item: JsonObject): unknown {
  const official = isJsonObject(item._meta) ? item._meta[OFFICIAL_META_KEY] : undefined;
  return isJsonObject(official) ? official.status : undefined;
}

/**
 * Reads one item of an upstream's server list: `{ server, _meta }` (sync spec 2.3, 8.11 to 8.13, ahead.md P4). Of the item's own
 * `_meta` only the official status is looked at.
 * @param item - from {@link parseUpstreamPage}
 * @param pointerBase - JSON Pointer of the item in the page, such as `/servers/3`
 * @returns the entry, why it is left out, or `deleted` when the upstream says so
 */
export function parseUpstreamItem(item: unknown, pointerBase: string, maxMetaSize: number): UpstreamItem | 'deleted' {
  if (!isJsonObject(item)) return toItem({ problem: { path: [], text: 'must be an object' } }, item, pointerBase);
  const status = officialStatus(item);
  if (status === 'deleted') return 'deleted';
  if (item.server === undefined || item.server === null) {
    const problem = { path: ['server'], text: 'is required', isMissing: true };
    return toItem({ problem }, item, pointerBase);
  }
  const read = readServer(
    item.server,
    UPSTREAM_SERVER_RULE,
    maxMetaSize,
    status === 'deprecated' ? 'deprecated' : 'active',
  );
  return toItem(read, item.server, `${pointerBase}${jsonPointer(['server'])}`);
}

function readUpstreamExtension(item: unknown, kind: ExtensionKind): ReadEntry {
  const problem = findInexactness(item) ?? EXTENSION_RULES[kind].checkTypes(item);
  if (problem) return { problem };
  const extension = EXTENSION_RULES[kind].withoutNulls(item) as JsonObject;
  const found = findExtensionProblem(extension);
  if (found) return { problem: found };
  return { document: toExtensionDocument(kind, withoutMembers(extension, ...Object.keys(OVERRULED_MEMBERS))) };
}

/**
 * Reads one item of an upstream's skills list (consumer spec 7). Whatever a registry of this kind can hold passes; what
 * the upstream says about its own copy (`id`, `isLatest`, `createdAt`, `updatedAt`) is dropped.
 * @param pointerBase - JSON Pointer of the item in the page, such as `/skills/3`
 */
export function parseUpstreamSkill(item: unknown, pointerBase: string): UpstreamItem {
  return toItem(readUpstreamExtension(item, 'skill'), item, pointerBase);
}

/** As {@link parseUpstreamSkill}, for the plugins list. */
export function parseUpstreamPlugin(item: unknown, pointerBase: string): UpstreamItem {
  return toItem(readUpstreamExtension(item, 'plugin'), item, pointerBase);
}
