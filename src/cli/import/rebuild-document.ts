import { InvalidInputError } from '../../common/errors.js';
import { parseExactJson } from '../../common/exact-json.js';
import type { EntryDocument } from '../../documents/entry-document.js';
import { isJsonObject, textOf, type JsonObject } from '../../common/json-object.js';
import { readKeptDocument } from '../../documents/publish.js';
import { OFFICIAL_META_KEY, PUBLISHER_META_KEY, type OfficialStatus } from '../../model/official-status.js';
import type { EstablishedContent, EstablishedEntry, EstablishedVersion } from './established-rows.js';

/** Whether a value says nothing: the tables have NULL, `""`, `[]` or `{}` where the document had no such member. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function withoutEmpty(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)));
}

function transport({ transport: type, transport_url: url, transport_headers: headers }: JsonObject): JsonObject {
  return withoutEmpty({ type, url, headers });
}

function serverPackage(row: JsonObject): JsonObject {
  return withoutEmpty({
    registryType: row.registry_type,
    registryBaseUrl: row.pkg_registry_url,
    identifier: row.pkg_identifier,
    version: row.pkg_version,
    fileSha256: row.sha256_hash,
    runtimeHint: row.runtime_hint,
    transport: transport(row),
    runtimeArguments: row.runtime_arguments,
    packageArguments: row.package_arguments,
    environmentVariables: row.env_vars,
  });
}

function icon({ source_uri: src, mime_type: mimeType, theme }: JsonObject): JsonObject {
  return withoutEmpty({ src, mimeType, theme: textOf(theme).toLowerCase() });
}

function server(content: EstablishedContent, row: JsonObject): JsonObject {
  return {
    title: content.title,
    websiteUrl: row.website,
    repository: withoutEmpty({
      url: row.repository_url,
      source: row.repository_type,
      id: row.repository_id,
      subfolder: row.repository_subfolder,
    }),
    icons: content.icons.map(icon),
    packages: content.packages.map(serverPackage),
    remotes: content.remotes.map(transport),
    _meta: isEmpty(row.server_meta) ? {} : { [PUBLISHER_META_KEY]: row.server_meta },
  };
}

function ociPackage({ identifier, digest, media_type: mediaType }: JsonObject): JsonObject {
  return { registryType: 'oci', ...withoutEmpty({ identifier, digest, mediaType }) };
}

function gitPackage({ url, ref, commit_sha: commit, subfolder }: JsonObject): JsonObject {
  return { registryType: 'git', ...withoutEmpty({ url, ref, commit, subfolder }) };
}

function extension(content: EstablishedContent, row: JsonObject): JsonObject {
  return {
    namespace: row.namespace,
    status: row.status,
    title: content.title,
    license: row.license,
    compatibility: row.compatibility,
    allowedTools: row.allowed_tools,
    repository: row.repository,
    icons: row.icons,
    packages: [...content.ociPackages.map(ociPackage), ...content.gitPackages.map(gitPackage)],
    metadata: row.metadata,
    _meta: row.extension_meta,
  };
}

/** The status in the official block, which may stand under its key or be the whole of the column. */
function officialStatus(row: JsonObject): string {
  const meta = isJsonObject(row.upstream_meta) ? row.upstream_meta : {};
  const official = isJsonObject(meta[OFFICIAL_META_KEY]) ? meta[OFFICIAL_META_KEY] : meta;
  return textOf(official.status).toLowerCase();
}

function storedStatus(row: JsonObject): OfficialStatus {
  const status = officialStatus(row);
  if (status === 'deleted') throw new InvalidInputError('its official status is deleted');
  return status === 'deprecated' ? 'deprecated' : 'active';
}

/**
 * Puts the document of a version together again out of the rows it was taken apart into (operations spec 4.5), in the
 * shape in which the established server serves it (consumer spec 5 and 7).
 * @throws InvalidInputError when its rows are not there, it has been deleted, or it cannot be kept as it is
 */
export function rebuildDocument(
  { kind, name }: EstablishedEntry,
  { version, content }: EstablishedVersion,
): EntryDocument {
  const parts = parseExactJson(content) as unknown as EstablishedContent;
  if (!parts.main) throw new InvalidInputError(`its row of the ${kind} table is missing`);
  const identity = { name, description: parts.description ?? '', version };
  if (kind === 'server') {
    const members = { ...identity, ...withoutEmpty(server(parts, parts.main)) };
    return readKeptDocument(kind, members, storedStatus(parts.main));
  }
  const { namespace, ...members } = withoutEmpty(extension(parts, parts.main));
  return readKeptDocument(kind, { namespace: namespace ?? '', ...identity, ...members });
}
