import type { OfficialStatus } from '../model/official-status.js';
import type { EntryDocument } from './entry-document.js';
import { findInexactness } from './exactness.js';
import { findOversizedMeta } from './meta-size.js';
import { toExtensionDocument, toServerDocument, type ExtensionKind } from './normalise.js';
import type { DocumentFailure } from './parsed-document.js';
import { EXTENSION_RULES } from './rules/extension-rules.js';
import type { Problem } from './rules/problem.js';
import type { JsonObject } from '../common/json-object.js';
import type { Rule } from './rules/rule.js';
import { convertToolhiveServer, findToolhiveProblem, type ToolhiveMap } from './toolhive-document.js';

/** What became of one entry of a document. */
export type ReadEntry =
  { readonly document: EntryDocument } | { readonly problem: Problem; readonly failure?: DocumentFailure };

/** Turns a parsed value into an entry, or says why it is none. */
export type EntryReader = (value: unknown) => ReadEntry;

function serverEntry(server: JsonObject, maxMetaSize: number, status?: OfficialStatus): ReadEntry {
  const document = toServerDocument(server, status);
  const problem = findOversizedMeta(server, document, maxMetaSize);
  return problem ? { problem, failure: 'storage' } : { document };
}

/** Reads a server.json that keeps `rule` and whose publisher-provided metadata is at most `maxMetaSize` bytes long. */
export function readServer(value: unknown, rule: Rule, maxMetaSize: number, status?: OfficialStatus): ReadEntry {
  const problem = findInexactness(value) ?? rule.check(value);
  return problem ? { problem } : serverEntry(value as JsonObject, maxMetaSize, status);
}

/** Reads a skill or plugin of a document (sync spec 3.2). */
export function readExtension(value: unknown, kind: ExtensionKind): ReadEntry {
  const problem = findInexactness(value) ?? EXTENSION_RULES[kind].check(value);
  return problem ? { problem } : { document: toExtensionDocument(kind, value as JsonObject) };
}

/** Reads a server of a ToolHive document, by the map it stands in and its key there. */
export function readToolhiveServer(value: unknown, map: ToolhiveMap, key: string, maxMetaSize: number): ReadEntry {
  const problem = findInexactness(value) ?? findToolhiveProblem(map, key, value);
  if (problem) return { problem };
  return serverEntry(convertToolhiveServer(map, key, value as JsonObject), maxMetaSize);
}
