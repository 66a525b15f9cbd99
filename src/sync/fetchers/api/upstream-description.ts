import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { parse } from 'yaml';
import { isJsonObject } from '../../../common/json-object.js';
import { FetchError, NetworkError } from '../../pass-errors.js';
import type { ApiClient } from './api-client.js';
import type { ApiAnswer } from './api-request.js';

/** What an upstream says about itself. */
export interface UpstreamDescription {
  /** Whether it may have lists of skills and plugins: it says so, or says nothing at all. */
  readonly mayHaveExtensions: boolean;
}

const OFFICIAL_REPOSITORY = 'https://github.com/modelcontextprotocol/registry';
/** Parsing YAML takes about a millisecond a kilobyte. */
const MAX_YAML_LENGTH = 32 * 1024;

/** A path of a list of skills or plugins where the key of a mapping stands, in JSON or YAML. */
const EXTENSION_PATH = /(?:^[ \t]*|[{,]\s*)["']?\/[^\s"':]*\/x\/dev\.toolhive\/(?:skills|plugins)\/?["']?\s*:/m;

/** The member `info` of a YAML mapping in block style, with everything that is indented below it. */
const INFO_BLOCK = /^["']?info["']?\s*:.*(?:\n(?:[ \t#].*)?)*/m;

/** Descriptions that were understood, by the hash of their bytes: they are large and hardly ever change. */
const known = new LRUCache<string, UpstreamDescription>({ max: 100 });

const REFUSAL = 'upstream format validation failed: unable to validate Upstream format';

function refuse(reason: string): never {
  throw new FetchError(`${REFUSAL}: ${reason}`);
}

/** An upstream that cannot be asked has not been validated either. */
async function ask(client: ApiClient): Promise<ApiAnswer> {
  try {
    return await client.get('/openapi.yaml');
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new NetworkError(`${REFUSAL}: ${error.message}`, { cause: error.cause });
  }
}

function parseYaml(text: string): unknown {
  if (text.length > MAX_YAML_LENGTH) return refuse('openapi.yaml is too large');
  try {
    return parse(text) as unknown;
  } catch {
    return refuse('openapi.yaml is not YAML');
  }
}

/**
 * Parses only `info`: descriptions have a hundred kilobytes, and requests would have to wait. Where it does not stand alone,
 * because it refers to an anchor elsewhere, a short description is parsed whole.
 */
function parseMapping(text: string): unknown {
  const block = INFO_BLOCK.exec(text)?.[0];
  if (block === undefined || block.length > MAX_YAML_LENGTH) return parseYaml(text);
  try {
    return parse(block) as unknown;
  } catch {
    return parseYaml(text);
  }
}

function parseInfo(text: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = parseMapping(text);
  }
  return isJsonObject(document) ? document.info : undefined;
}

function understand(text: string): UpstreamDescription {
  const info = parseInfo(text);
  if (!isJsonObject(info)) return refuse('openapi.yaml has no info');
  if (info.version !== '1.0.0') return refuse('info.version of openapi.yaml is not "1.0.0"');
  if (typeof info.description !== 'string' || !info.description.includes(OFFICIAL_REPOSITORY)) {
    return refuse(`info.description of openapi.yaml does not name ${OFFICIAL_REPOSITORY}`);
  }
  return { mayHaveExtensions: EXTENSION_PATH.test(text) };
}

/**
 * Asks an upstream what it is (sync spec 2.3). One that does not say (404) is judged by its list (ahead.md P4).
 * @throws FetchError when it says that it is something else, or does not answer
 */
export async function describeUpstream(client: ApiClient): Promise<UpstreamDescription> {
  const { status, bytes } = await ask(client);
  if (status === 404) return { mayHaveExtensions: true };
  if (status !== 200) return refuse(`openapi.yaml: status ${status}, expected 200`);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const description = known.get(hash) ?? understand(bytes.toString().replaceAll('\r\n', '\n'));
  known.set(hash, description);
  return description;
}
