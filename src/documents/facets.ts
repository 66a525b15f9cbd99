import { PUBLISHER_META_KEY } from '../model/official-status.js';
import type { EntryFacets } from './entry-document.js';
import { isJsonObject, type JsonObject } from '../common/json-object.js';

function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function distinctTexts(values: Iterable<unknown>): string[] {
  const texts = new Set<string>();
  for (const value of values) if (typeof value === 'string' && value !== '') texts.add(value);
  return [...texts];
}

/** The publisher-provided metadata of a server document, if it is an object. */
export function publisherMetadata(server: JsonObject): JsonObject | undefined {
  const meta = isJsonObject(server._meta) ? server._meta[PUBLISHER_META_KEY] : undefined;
  return isJsonObject(meta) ? meta : undefined;
}

/** Strings of the arrays named `tags` exactly two levels below the publisher-provided metadata (sync spec 4). */
function tagsOf(server: JsonObject): string[] {
  const tags: unknown[] = [];
  for (const namespace of Object.values(publisherMetadata(server) ?? {})) {
    if (!isJsonObject(namespace)) continue;
    for (const extension of Object.values(namespace)) {
      if (isJsonObject(extension) && Array.isArray(extension.tags)) tags.push(...(extension.tags as unknown[]));
    }
  }
  return distinctTexts(tags);
}

function kindsOf(document: JsonObject): EntryFacets['kinds'] {
  const kinds: ('package' | 'remote')[] = [];
  if (objectsIn(document.packages).length > 0) kinds.push('package');
  if (objectsIn(document.remotes).length > 0) kinds.push('remote');
  return kinds;
}

/** Takes out of a normalised server document what filters look at. */
export function serverFacets(server: JsonObject): EntryFacets {
  const packages = objectsIn(server.packages);
  const transports = [...packages.map((item) => item.transport).filter(isJsonObject), ...objectsIn(server.remotes)];
  return {
    tags: tagsOf(server),
    transports: distinctTexts(transports.map((transport) => transport.type)),
    registryTypes: distinctTexts(packages.map((item) => item.registryType)),
    kinds: kindsOf(server),
  };
}

/** Takes out of a normalised skill or plugin what filters look at. */
export function extensionFacets(extension: JsonObject, status: NonNullable<EntryFacets['status']>): EntryFacets {
  return {
    tags: [],
    transports: [],
    registryTypes: distinctTexts(objectsIn(extension.packages).map((item) => item.registryType)),
    kinds: kindsOf(extension),
    status,
  };
}
