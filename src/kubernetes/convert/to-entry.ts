import type { EntryDocument } from '../../documents/entry-document.js';
import type { JsonObject } from '../../common/json-object.js';
import { findOversizedMeta } from '../../documents/meta-size.js';
import { SERVER_SCHEMA, toServerDocument } from '../../documents/normalise.js';
import { MAX_SERVER_NAME_LENGTH } from '../../documents/server-name.js';
import { PUBLISHER_META_KEY } from '../../model/official-status.js';
import { ANNOTATIONS } from './annotations.js';
import { readAuthzClaims, type AnnotatedClaims } from './authz-claims.js';
import { dangerousScheme } from './dangerous-url.js';
import { resolveVersion, shownValue } from './entry-version.js';
import type { ExportedObject } from './exported-object.js';
import { imageTag, packageVersion } from './image.js';
import { readToolDefinitions, readTools } from './tools.js';
import { hasUnstorableText } from './unstorable-text.js';

/** Why an exported object is not published. */
export interface RejectedObject {
  /** The name that its entry would have. */
  readonly name: string;
  readonly version: string;
  /** JSON Pointer to the offending member of the object. */
  readonly path: string;
  readonly reason: string;
  /** Whether the claims are at fault, which has a log line of its own. */
  readonly isAboutClaims?: boolean;
}

/** Something odd about an object that is published all the same: a static message and its data for the log. */
export interface ConversionWarning {
  readonly message: string;
  readonly fields: JsonObject;
}

/** What becomes of an exported object. */
export type Conversion =
  | {
      readonly kind: 'entry';
      readonly document: EntryDocument;
      readonly claims: Exclude<AnnotatedClaims, { kind: 'invalid' }>;
      readonly warnings: readonly ConversionWarning[];
    }
  | { readonly kind: 'rejected'; readonly rejected: RejectedObject };

const TOOLHIVE_META_KEY = 'io.github.stacklok';
const NAME_PREFIX = 'com.toolhive.k8s';

/** Kubernetes escapes the slash of an annotation's key in a JSON Pointer as RFC 6901 says. */
function annotationPath(name: keyof typeof ANNOTATIONS): string {
  return `/metadata/annotations/${ANNOTATIONS[name].replace('/', '~1')}`;
}

function findMissing({ annotations }: ExportedObject): { path: string; reason: string } | undefined {
  for (const name of ['url', 'description'] as const) {
    if (annotations[name] !== undefined) continue;
    return { path: '/metadata/annotations', reason: `annotation ${ANNOTATIONS[name]} is required` };
  }
  return undefined;
}

function findBadUrl({ annotations }: ExportedObject): { path: string; reason: string } | undefined {
  const scheme = dangerousScheme(annotations.url ?? '');
  if (scheme === undefined) return undefined;
  return { path: annotationPath('url'), reason: `annotation ${ANNOTATIONS.url} must not have the scheme ${scheme}` };
}

function packagesOf({ workload }: ExportedObject): JsonObject {
  if (workload === undefined) return {};
  const { image, transport, proxyMode } = workload;
  const type = transport === 'stdio' || transport === '' ? proxyMode || 'streamable-http' : transport;
  return {
    packages: [{ registryType: 'oci', identifier: image, version: packageVersion(image), transport: { type } }],
  };
}

function kubernetesMetadata({ kind, namespace, name, uid, workload }: ExportedObject): JsonObject {
  return {
    ...(workload?.image ? { image: workload.image } : {}),
    kind,
    name,
    namespace,
    ...(workload?.transport ? { transport: workload.transport } : {}),
    uid,
  };
}

/** The description of what runs in the cluster, with its tools; members in the order of their names. */
function extensionOf(object: ExportedObject, warnings: ConversionWarning[]): JsonObject {
  const { annotations } = object;
  const definitions = readToolDefinitions(annotations.toolDefinitions);
  const tools = readTools(annotations.tools);
  for (const [name, { problem }] of [
    ['toolDefinitions', definitions],
    ['tools', tools],
  ] as const) {
    if (problem !== undefined) warnings.push(ignored(object, ANNOTATIONS[name], problem));
  }
  return {
    metadata: { kubernetes: kubernetesMetadata(object) },
    status: 'active',
    ...(annotations.category ? { tags: [annotations.category] } : {}),
    ...(definitions.value ? { tool_definitions: definitions.value } : {}),
    ...(tools.value ? { tools: tools.value } : {}),
  };
}

function ignored({ kind, namespace, name }: ExportedObject, annotation: string, error: string): ConversionWarning {
  return { message: 'Ignoring unusable annotation', fields: { type: kind, namespace, name, annotation, error } };
}

function iconsOf(object: ExportedObject, warnings: ConversionWarning[]): JsonObject {
  const { icon } = object.annotations;
  if (!icon) return {};
  const scheme = dangerousScheme(icon);
  if (scheme === undefined) return { icons: [{ src: icon }] };
  warnings.push(ignored(object, ANNOTATIONS.icon, `must not have the scheme ${scheme}`));
  return {};
}

function versionOf(object: ExportedObject, warnings: ConversionWarning[]): string {
  const annotation = object.annotations.version;
  const tag = object.workload && imageTag(object.workload.image);
  const { version, isAnnotationUnusable } = resolveVersion(annotation, tag);
  if (isAnnotationUnusable && annotation !== undefined) {
    warnings.push({
      message: 'ignoring unusable registry entry version annotation, using resolved version instead',
      fields: {
        annotation: ANNOTATIONS.version,
        value: shownValue(annotation),
        value_length: Buffer.byteLength(annotation),
        resolved_version: version,
        server: object.name,
        namespace: object.namespace,
      },
    });
  }
  return version;
}

function serverOf(object: ExportedObject, name: string, version: string, warnings: ConversionWarning[]): JsonObject {
  const { title, url = '', description = '' } = object.annotations;
  return {
    $schema: SERVER_SCHEMA,
    name,
    description,
    ...(title ? { title } : {}),
    version,
    ...iconsOf(object, warnings),
    ...packagesOf(object),
    remotes: [{ type: 'streamable-http', ...(url === '' ? {} : { url }) }],
    _meta: { [PUBLISHER_META_KEY]: { [TOOLHIVE_META_KEY]: { [url]: extensionOf(object, warnings) } } },
  };
}

/**
 * Makes the entry of an exported object (kubernetes spec 2 to 5), or says why it cannot be published. Every object is
 * judged by itself, so that a bad one is in nobody's way.
 * @param maxMetaSize - most bytes of JSON of the publisher-provided metadata
 */
export function toEntry(object: ExportedObject, maxMetaSize: number): Conversion {
  const warnings: ConversionWarning[] = [];
  const name = `${NAME_PREFIX}.${object.namespace}/${object.name}`;
  const missing = findMissing(object);
  const version = versionOf(object, warnings);
  const reject = (problem: { path: string; reason: string; isAboutClaims?: boolean }): Conversion => {
    return { kind: 'rejected', rejected: { name, version, ...problem } };
  };
  if (missing) return reject(missing);
  if (name.length > MAX_SERVER_NAME_LENGTH) {
    const reason = `the entry's name has ${name.length} characters, at most ${MAX_SERVER_NAME_LENGTH} are possible`;
    return reject({ path: '/metadata/name', reason });
  }
  const badUrl = findBadUrl(object);
  if (badUrl) return reject(badUrl);
  const claims = readAuthzClaims(object.annotations.claims);
  if (claims.kind === 'invalid') {
    const reason = `annotation ${ANNOTATIONS.claims}: ${claims.problem}`;
    return reject({ path: annotationPath('claims'), reason, isAboutClaims: true });
  }
  const server = serverOf(object, name, version, warnings);
  const document = toServerDocument(server);
  if (hasUnstorableText(document.json)) {
    return reject({ path: '', reason: 'holds U+0000 or an unpaired surrogate, which cannot be stored' });
  }
  const oversized = findOversizedMeta(server, document, maxMetaSize);
  if (oversized)
    return reject({ path: '/metadata/annotations', reason: `publisher-provided metadata ${oversized.text}` });
  return { kind: 'entry', document, claims, warnings };
}
