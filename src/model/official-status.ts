/** Status of a server version in the official registry metadata; deleted ones are never stored. */
export type OfficialStatus = 'active' | 'deprecated';

/** Key of the official metadata in `_meta` of a response envelope (MCP Registry API v0.1). */
export const OFFICIAL_META_KEY = 'io.modelcontextprotocol.registry/official';

/** Key of the publisher's metadata in `_meta` of a server document. */
export const PUBLISHER_META_KEY = 'io.modelcontextprotocol.registry/publisher-provided';
