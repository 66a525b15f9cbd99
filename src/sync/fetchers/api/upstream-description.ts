import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { parse } from 'yaml';
import { isJsonObject } from '../../../documents/json-object.js';
import { FetchError } from '../../pass-errors.js';
import type { ApiClient } from './api-client.js';

/** What an upstream says about itself. */
export interface UpstreamDescription {
  /** Whether it may have lists of skills and plugins: it says so, or says nothing at all. */
  readonly mayHaveExtensions: boolean;
}

const OFFICIAL_REPOSITORY = 'https://github.com/modelcontextprotocol/registry';
const MAX_DESCRIPTION_BYTES = 2 * 1024 * 1024;
const EXTENSION_PATH = /\/x\/dev\.toolhive\/(?:skills|plugins)\/?$/;

/** Descriptions that were understood, by the hash of their bytes: they are large and hardly ever change. */
const known = new LRUCache<string, UpstreamDescription>({ max: 100 });

function refuse(reason: string): never {
  throw new FetchError(`upstream format validation failed: unable to validate Upstream format: ${reason}`);
}

function parseDescription(bytes: Buffer): unknown {
  if (bytes.byteLength > MAX_DESCRIPTION_BYTES) return refuse('openapi.yaml is too large');
  try {
    return parse(bytes.toString()) as unknown;
  } catch {
    return refuse('openapi.yaml is not YAML');
  }
}

function understand(bytes: Buffer): UpstreamDescription {
  const document = parseDescription(bytes);
  const info = isJsonObject(document) ? document.info : undefined;
  if (!isJsonObject(document) || !isJsonObject(info)) return refuse('openapi.yaml has no info');
  if (info.version !== '1.0.0') return refuse('info.version of openapi.yaml is not "1.0.0"');
  if (typeof info.description !== 'string' || !info.description.includes(OFFICIAL_REPOSITORY)) {
    return refuse(`info.description of openapi.yaml does not name ${OFFICIAL_REPOSITORY}`);
  }
  const paths = isJsonObject(document.paths) ? Object.keys(document.paths) : [];
  return { mayHaveExtensions: paths.some((path) => EXTENSION_PATH.test(path)) };
}

/**
 * Asks an upstream what it is (sync spec 2.3). One that does not say (404) is judged by its list (ahead.md P4).
 * @throws FetchError when it says that it is something else
 */
export async function describeUpstream(client: ApiClient): Promise<UpstreamDescription> {
  const { status, bytes } = await client.get('/openapi.yaml');
  if (status === 404) return { mayHaveExtensions: true };
  if (status !== 200) return refuse(`openapi.yaml: status ${status}, expected 200`);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const description = known.get(hash) ?? understand(bytes);
  known.set(hash, description);
  return description;
}
