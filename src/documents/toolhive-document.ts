import { PUBLISHER_META_KEY } from '../model/official-status.js';
import { SERVER_SCHEMA } from './normalise.js';
import { within, type Problem } from './rules/problem.js';
import { isJsonObject, type JsonObject } from '../common/json-object.js';
import type { Rule } from './rules/rule.js';
import { SERVER_NAME_RULE } from './rules/server-rules.js';
import {
  IMAGE_SERVER_NEEDS,
  IMAGE_SERVER_RULE,
  REMOTE_SERVER_NEEDS,
  REMOTE_SERVER_RULE,
} from './rules/toolhive-rules.js';

/** The two maps of a ToolHive document that hold servers. */
export const TOOLHIVE_MAPS = ['servers', 'remote_servers'] as const;

/** Name of such a map: `servers` holds container servers. */
export type ToolhiveMap = (typeof TOOLHIVE_MAPS)[number];

const STACKLOK = 'io.github.stacklok';

/** ToolHive knows no versions of servers. */
const VERSION = '1.0.0';

const COMMON_EXTENSION = [
  'tier',
  'tools',
  'tags',
  'overview',
  'tool_definitions',
  'metadata',
  'custom_metadata',
  'proxy_port',
  'stateless',
];
const EXTENSION_MEMBERS: Readonly<Record<ToolhiveMap, readonly string[]>> = {
  servers: [...COMMON_EXTENSION, 'permissions', 'args', 'provenance', 'docker_tags'],
  remote_servers: [...COMMON_EXTENSION, 'oauth_config', 'env_vars'],
};

const RULES: Readonly<Record<ToolhiveMap, { readonly types: Rule; readonly needs: Rule }>> = {
  servers: { types: IMAGE_SERVER_RULE, needs: IMAGE_SERVER_NEEDS },
  remote_servers: { types: REMOTE_SERVER_RULE, needs: REMOTE_SERVER_NEEDS },
};

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function withoutEmpty(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => !isEmpty(member)));
}

function servedName(key: string, server: JsonObject): string {
  const name = typeof server.name === 'string' && server.name !== '' ? server.name : key;
  return name.includes('/') ? name : `${STACKLOK}/${name}`;
}

/** What an entry is called by in reports. */
export interface EntryIdentity {
  readonly name: string;
  readonly version: string;
}

/**
 * The name and version under which a server of a ToolHive document is served, or would be: they need not stand in it.
 * @param key - the server's key in its map
 * @param server - whatever stands there
 */
export function toolhiveIdentity(key: string, server: unknown): EntryIdentity {
  return { name: servedName(key, isJsonObject(server) ? server : {}), version: VERSION };
}

/** `env_vars` and `headers` in the words of server.json. */
function toInputs(inputs: unknown): unknown {
  if (!Array.isArray(inputs)) return undefined;
  return inputs
    .filter(isJsonObject)
    .map(({ name, description, required, secret, default: fallback, choices }) =>
      withoutEmpty({ name, description, isRequired: required, isSecret: secret, default: fallback, choices }),
    );
}

function toPackage({ image, transport, target_port: port, env_vars: variables }: JsonObject): JsonObject {
  const type = isEmpty(transport) ? 'stdio' : transport;
  const url = isEmpty(port) ? 'http://localhost' : `http://localhost:${String(port)}`;
  return withoutEmpty({
    registryType: 'oci',
    identifier: image,
    transport: type === 'stdio' ? { type } : { type, url },
    environmentVariables: toInputs(variables),
  });
}

function toRemote({ url, transport, headers }: JsonObject): JsonObject {
  return withoutEmpty({ type: transport, url, headers: toInputs(headers) });
}

/** A tool's annotations are always there in what known converters write. */
function withAnnotations(definitions: unknown): unknown {
  if (!Array.isArray(definitions)) return undefined;
  return definitions.filter(isJsonObject).map((definition) => ({ annotations: {}, ...definition }));
}

/** Popularity figures of other makes, such as `pulls`, are not part of the extension. */
function toMetadata(metadata: unknown): unknown {
  if (!isJsonObject(metadata)) return undefined;
  return withoutEmpty({
    stars: metadata.stars,
    last_updated: metadata.last_updated,
    kubernetes: metadata.kubernetes,
  });
}

function toExtension(map: ToolhiveMap, server: JsonObject): JsonObject {
  return withoutEmpty({
    status: isEmpty(server.status) ? 'active' : server.status,
    ...Object.fromEntries(EXTENSION_MEMBERS[map].map((key) => [key, server[key]])),
    metadata: toMetadata(server.metadata),
    tool_definitions: withAnnotations(server.tool_definitions),
  });
}

/**
 * Says what is wrong with a server of a ToolHive document: a wrong type, no image or URL, a transport that does not
 * exist, a name that cannot be served.
 * @param key - the server's key in its map
 */
export function findToolhiveProblem(map: ToolhiveMap, key: string, server: unknown): Problem | undefined {
  const { types, needs } = RULES[map];
  const problem = types.checkTypes(server);
  if (problem || !isJsonObject(server)) return problem;
  return needs.check(withoutEmpty(server)) ?? within('name', SERVER_NAME_RULE.check(servedName(key, server)));
}

/**
 * Converts a server of a ToolHive document to server.json (toolhive-format spec); empty members become absent ones.
 * @param server - one that {@link findToolhiveProblem} finds nothing wrong with
 */
export function convertToolhiveServer(map: ToolhiveMap, key: string, server: JsonObject): JsonObject {
  const isImage = map === 'servers';
  const target = isImage ? server.image : server.url;
  return withoutEmpty({
    $schema: SERVER_SCHEMA,
    name: servedName(key, server),
    title: server.title,
    description: server.description,
    repository: isEmpty(server.repository_url) ? undefined : { url: server.repository_url, source: 'github' },
    version: VERSION,
    packages: isImage ? [toPackage(server)] : undefined,
    remotes: isImage ? undefined : [toRemote(server)],
    _meta: { [PUBLISHER_META_KEY]: { [STACKLOK]: { [String(target)]: toExtension(map, server) } } },
  });
}
