import { hash } from 'node:crypto';
import { compareCodePoints } from '../common/code-point-order.js';
import type { EntryKind } from '../model/entry-kind.js';
import { OFFICIAL_META_KEY, type OfficialStatus } from '../model/official-status.js';
import type { EntryDocument, EntryFacets } from './entry-document.js';
import { extensionFacets, serverFacets } from './facets.js';
import { isJsonObject, textOf, withoutMembers, type JsonObject } from '../common/json-object.js';

/** The schema that every served server document names (consumer spec 5). */
export const SERVER_SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

/** The kinds whose documents have a namespace of their own. */
export type ExtensionKind = Exclude<EntryKind, 'server'>;

type ExtensionStatus = NonNullable<EntryFacets['status']>;

/** Keeps the first of several objects of equal keys; whatever is no list, and elements that are no objects, stay. */
function withoutRepeats(list: unknown, keyOf: (item: JsonObject) => string): unknown {
  if (!Array.isArray(list) || list.length < 2) return list;
  const seen = new Set<string>();
  return list.filter((item: unknown) => {
    if (!isJsonObject(item)) return true;
    const key = keyOf(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Remotes of equal type and URL are the same remote (consumer spec B5). */
function remoteKey({ type, url }: JsonObject): string {
  return JSON.stringify([type, url]);
}

/** Icons are the same when all their members are, in whatever order (sync spec 3.3). */
function iconKey(icon: JsonObject): string {
  return JSON.stringify(Object.entries(icon).toSorted(([a], [b]) => compareCodePoints(a, b)));
}

/** Only the envelope speaks for the registry, so a document's own official metadata is dropped (ahead.md P1). */
function withoutOfficialMeta(meta: unknown): JsonObject {
  if (!isJsonObject(meta)) return {};
  return Object.hasOwn(meta, OFFICIAL_META_KEY) ? withoutMembers(meta, OFFICIAL_META_KEY) : meta;
}

function normaliseServer(server: JsonObject): JsonObject {
  return {
    $schema: SERVER_SCHEMA,
    ...withoutMembers(server, '$schema'),
    description: textOf(server.description),
    ...(server.remotes === undefined ? {} : { remotes: withoutRepeats(server.remotes, remoteKey) }),
    ...(server.icons === undefined ? {} : { icons: withoutRepeats(server.icons, iconKey) }),
    _meta: withoutOfficialMeta(server._meta),
  };
}

/**
 * Puts an accepted server.json into the form in which it is stored and served (ahead.md P1): every member as it came,
 * but `$schema` the current one, `description` and `_meta` always there, no official metadata, no repeated remote or icon.
 * @param server - keeps the types of the server.json table; not changed
 */
export function toServerDocument(server: JsonObject, status: OfficialStatus = 'active'): EntryDocument {
  const document = normaliseServer(server);
  const json = JSON.stringify(document);
  return {
    kind: 'server',
    namespace: '',
    name: textOf(document.name),
    version: textOf(document.version),
    title: textOf(document.title),
    description: textOf(document.description),
    status,
    facets: serverFacets(document),
    json,
    hash: hash('sha256', json, 'hex'),
  };
}

const PACKAGE_MEMBERS = ['identifier', 'digest', 'mediaType', 'url', 'ref', 'commit', 'subfolder'];

function normalisePackages(packages: unknown): JsonObject[] {
  const known = Array.isArray(packages) ? packages.filter(isJsonObject) : [];
  return ['oci', 'git'].flatMap((type) =>
    known
      .filter((item) => item.registryType === type)
      .map((item) => withoutMembers(item, ...PACKAGE_MEMBERS.filter((member) => item[member] === ''))),
  );
}

/** Reads a status in any letter case; `ACTIVE` when there is none (consumer spec 7). */
function extensionStatus(status: unknown): ExtensionStatus {
  const upper = textOf(status).toUpperCase();
  return upper === 'DEPRECATED' || upper === 'ARCHIVED' ? upper : 'ACTIVE';
}

function normaliseExtension(kind: ExtensionKind, extension: JsonObject, status: ExtensionStatus): JsonObject {
  const packages = normalisePackages(extension.packages);
  const hidden = [
    ...['title', 'license'].filter((member) => extension[member] === ''),
    ...(packages.length === 0 ? ['packages'] : []),
    ...(kind === 'plugin' ? ['compatibility', 'allowedTools'] : []),
  ];
  return {
    ...withoutMembers(extension, ...hidden),
    description: textOf(extension.description),
    status,
    ...(packages.length === 0 ? {} : { packages }),
  };
}

/**
 * Puts an accepted skill or plugin into the form in which it is stored and served (consumer spec 7): status in upper
 * case, OCI packages before git ones, empty members of packages, empty `title`, `license` and `packages` left out.
 * Everything else as it came.
 * @param extension - keeps the types of its table; not changed
 */
export function toExtensionDocument(kind: ExtensionKind, extension: JsonObject): EntryDocument {
  const status = extensionStatus(extension.status);
  const document = normaliseExtension(kind, extension, status);
  const json = JSON.stringify(document);
  return {
    kind,
    namespace: textOf(document.namespace),
    name: textOf(document.name),
    version: textOf(document.version),
    title: textOf(document.title),
    description: textOf(document.description),
    status: 'active',
    facets: extensionFacets(document, status),
    json,
    hash: hash('sha256', json, 'hex'),
  };
}
