import type { InvalidEntryPolicy, SourceFormat } from '../model/source-settings.js';
import { EntryCollector } from './entry-collector.js';
import { readExtension, readServer, readToolhiveServer, type EntryReader } from './entry-reader.js';
import { parseMarkingJson } from './exactness.js';
import { indexJson, type EnterPlan, type JsonNode, type JsonText } from './json-index.js';
import { DocumentError, type ParsedDocument } from './parsed-document.js';
import { REGISTRY_ROOT_RULE } from './rules/document-rules.js';
import { dottedPath, sentence, type Path, type Problem } from './rules/problem.js';
import { SERVER_RULE } from './rules/server-rules.js';
import { TOOLHIVE_ROOT_RULE } from './rules/toolhive-rules.js';
import { toolhiveIdentity, TOOLHIVE_MAPS, type EntryIdentity } from './toolhive-document.js';
import { errorText } from '../common/error-text.js';

/** How a registry document is read. */
export interface ParseOptions {
  /** Absent: detected from the document. */
  readonly format?: SourceFormat | null;
  readonly onInvalidEntry: InvalidEntryPolicy;
  /** Bytes of JSON that a server's publisher-provided metadata may take. */
  readonly maxMetaSize: number;
  /** Whether a document without any entry is accepted: what somebody writes by hand may be empty on purpose. */
  readonly mayBeEmpty?: boolean;
}

/** An entry of the document before it is parsed. */
interface Slot {
  readonly path: Path;
  readonly node: JsonNode;
  readonly read: EntryReader;
  /** The name and version that the entry would have had, where its own members do not say them. */
  readonly identify?: (value: unknown) => EntryIdentity;
}

/** The arrays and maps that hold entries, of both formats. */
const PLAN: EnterPlan = { data: { servers: {}, skills: {}, plugins: {} }, servers: {}, remote_servers: {} };

function refuse(reason: string, cause?: unknown): never {
  throw new DocumentError(`registry schema validation failed: ${reason}`, { cause });
}

function refuseFor(problem: Problem | undefined): void {
  if (problem) refuse(sentence(problem, [], 'the document'));
}

/** Parses JSON whose place in the document is known. */
function parseAt(text: string, path: Path): unknown {
  try {
    return parseMarkingJson(text);
  } catch (error) {
    const reason = errorText(error);
    return refuse(`${dottedPath(path)} is not valid JSON: ${reason}`, error);
  }
}

function indexDocument(bytes: Uint8Array): JsonText {
  try {
    return indexJson(bytes, PLAN);
  } catch (error) {
    return refuse(`not valid JSON: ${errorText(error)}`, error);
  }
}

/** Values of the members that are not entered; parsing them also checks their syntax. */
function parseOthers(
  json: JsonText,
  members: ReadonlyMap<string, JsonNode>,
  entered: readonly string[],
  base: Path = [],
) {
  const others = [...members].filter(([key]) => !entered.includes(key));
  return Object.fromEntries(others.map(([key, node]) => [key, parseAt(json.text(node), [...base, key])]));
}

function detectFormat(members: ReadonlyMap<string, JsonNode>): SourceFormat {
  if (members.get('data')?.kind === 'object') return 'upstream';
  return members.get('servers')?.kind === 'object' || members.has('remote_servers') ? 'toolhive' : 'upstream';
}

function arraySlots(
  data: ReadonlyMap<string, JsonNode>,
  member: string,
  isRequired: boolean,
  read: EntryReader,
): Slot[] {
  const node = data.get(member);
  if (!node) {
    if (isRequired) refuse(`data.${member} is required`);
    return [];
  }
  if (!node.elements) refuse(`data.${member} must be an array`);
  return node.elements.map((element, index) => ({ path: ['data', member, index], node: element, read }));
}

/** Members that the root of the upstream format must have; what is missing is reported together. */
const REQUIRED_MEMBERS = ['version', 'meta', 'data'] as const;

function upstreamSlots(json: JsonText, root: ReadonlyMap<string, JsonNode>, options: ParseOptions): Slot[] {
  const missing = REQUIRED_MEMBERS.filter((member) => !root.has(member));
  if (missing.length > 0) refuse(missing.map((member) => `${member} is required`).join('; '));
  refuseFor(REGISTRY_ROOT_RULE.check(parseOthers(json, root, ['data'])));
  const data = root.get('data');
  if (!data?.members) return refuse('data must be an object');
  parseOthers(json, data.members, ['servers', 'skills', 'plugins'], ['data']);
  const slots = [
    ...arraySlots(data.members, 'servers', true, (value) => readServer(value, SERVER_RULE, options.maxMetaSize)),
    ...arraySlots(data.members, 'skills', false, (value) => readExtension(value, 'skill')),
    ...arraySlots(data.members, 'plugins', false, (value) => readExtension(value, 'plugin')),
  ];
  if (slots.length === 0 && !options.mayBeEmpty)
    refuse('upstream registry must contain at least one server, skill or plugin');
  return slots;
}

function toolhiveSlots(json: JsonText, root: ReadonlyMap<string, JsonNode>, options: ParseOptions): Slot[] {
  refuseFor(TOOLHIVE_ROOT_RULE.checkTypes(parseOthers(json, root, TOOLHIVE_MAPS)));
  const slots: Slot[] = [];
  for (const map of TOOLHIVE_MAPS) {
    const node = root.get(map);
    if (!node || json.text(node) === 'null') continue;
    if (!node.members) return refuse(`${map} must be an object`);
    for (const [key, server] of node.members) {
      const read: EntryReader = (value) => readToolhiveServer(value, map, key, options.maxMetaSize);
      const identify = (value: unknown): EntryIdentity => toolhiveIdentity(key, value);
      slots.push({ path: [map, key], node: server, read, identify });
    }
  }
  // Without either map it is a document of another format, not an empty one.
  const mayBeEmpty = options.mayBeEmpty && TOOLHIVE_MAPS.some((map) => root.has(map));
  if (slots.length === 0 && !mayBeEmpty)
    refuse('a ToolHive registry must contain at least one server in servers or remote_servers');
  return slots;
}

function findSlots(json: JsonText, options: ParseOptions): Slot[] {
  const { members } = json.root;
  if (!members) return refuse('the document must be an object');
  const isToolhive = (options.format ?? detectFormat(members)) === 'toolhive';
  return isToolhive ? toolhiveSlots(json, members, options) : upstreamSlots(json, members, options);
}

/**
 * Parses, validates and normalises a registry document of the upstream or ToolHive format (sync spec 3 and 8, ahead.md
 * P1, P3, P9). Pure: may run in any thread.
 * @param bytes - UTF-8 JSON; a byte-order mark is skipped
 * @returns entries in document order
 * @throws DocumentError when the document is refused whole: not JSON, not of the format, an invalid entry under the policy
 *   `fail`, more than half of the entries invalid under `skip`. `failure` tells which prefix the status message needs.
 */
export function parseRegistryDocument(bytes: Uint8Array, options: ParseOptions): ParsedDocument {
  if (bytes.length === 0) refuse('data cannot be empty');
  const json = indexDocument(bytes);
  const collector = new EntryCollector();
  for (const { path, node, read, identify } of findSlots(json, options)) {
    const value = parseAt(json.text(node), path);
    const entry = read(value);
    if ('document' in entry) collector.accept(entry.document, path);
    else collector.reject(identify?.(value) ?? value, path, entry.problem, entry.failure);
  }
  return collector.finish(options.onInvalidEntry);
}
