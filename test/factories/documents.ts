/** The schema that served documents name. */
export const SERVER_SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

/** Key of the publisher's metadata in `_meta`. */
export const PUBLISHER = 'io.modelcontextprotocol.registry/publisher-provided';

/** Key of the registry's metadata in `_meta`. */
export const OFFICIAL = 'io.modelcontextprotocol.registry/official';

export type JsonRecord = Record<string, unknown>;

/** A valid server.json; members of `overrides` that are `undefined` are left out. */
export function newServer(overrides: JsonRecord = {}): JsonRecord {
  return JSON.parse(
    JSON.stringify({
      $schema: SERVER_SCHEMA,
      name: 'io.example/server',
      description: 'A server',
      version: '1.0.0',
      packages: [
        { registryType: 'npm', identifier: '@example/server', version: '1.0.0', transport: { type: 'stdio' } },
      ],
      ...overrides,
    }),
  );
}

/** A valid server.json with this publisher-provided metadata. */
export function newServerWithMeta(publisher: unknown, overrides: JsonRecord = {}): JsonRecord {
  return newServer({ _meta: { [PUBLISHER]: publisher }, ...overrides });
}

/** A valid skill (and, without the members that only skills have, a valid plugin). */
export function newSkill(overrides: JsonRecord = {}): JsonRecord {
  return JSON.parse(
    JSON.stringify({
      namespace: 'io.example',
      name: 'skill-one',
      version: '1.0.0',
      description: 'A skill',
      ...overrides,
    }),
  );
}

/** A document of the upstream format; `root` overrides members of the root. */
export function newRegistryDocument(data: JsonRecord = { servers: [newServer()] }, root: JsonRecord = {}): JsonRecord {
  return JSON.parse(
    JSON.stringify({ version: '1.0.0', meta: { last_updated: '2026-01-01T00:00:00Z' }, data, ...root }),
  );
}

/** A value as UTF-8 JSON; texts are taken as they are. */
export function toBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}
