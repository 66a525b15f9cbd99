import { PUBLISHER_META_KEY } from '../model/official-status.js';
import type { EntryDocument } from './entry-document.js';
import { publisherMetadata } from './facets.js';
import type { Problem } from './rules/problem.js';
import type { JsonObject } from '../common/json-object.js';

/** Most bytes of UTF-8 that one UTF-16 unit can take. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * Checks the size of a server's publisher-provided metadata, in bytes of JSON (sync spec 3.1).
 * @param document - what became of the server
 */
export function findOversizedMeta(server: JsonObject, document: EntryDocument, maxBytes: number): Problem | undefined {
  // The metadata is part of the document, so a document that is small enough settles it without writing it again.
  if (document.json.length * MAX_BYTES_PER_UNIT <= maxBytes) return undefined;
  const meta = publisherMetadata(server);
  const bytes = meta === undefined ? 0 : Buffer.byteLength(JSON.stringify(meta));
  if (bytes <= maxBytes) return undefined;
  return {
    path: ['_meta', PUBLISHER_META_KEY],
    text: `is ${bytes} bytes long, which exceeds maximum allowed size of ${maxBytes} bytes`,
  };
}
