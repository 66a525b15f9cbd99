import { createHash } from 'node:crypto';
import type { ApiClient } from './api-client.js';
import { ListStatusError, walkPages, type UpstreamList, type UpstreamPage } from './page-walk.js';
import type { UpstreamEntry } from './upstream-item-reader.js';

/** Items that a page is asked to hold. */
export const PAGE_SIZE = 100;

export const SERVERS: UpstreamList = { path: '/v0.1/servers', member: 'servers' };

/** Lists that only servers of this kind have. */
export const EXTENSION_LISTS: readonly UpstreamList[] = [
  { path: '/v0.1/x/dev.toolhive/skills', member: 'skills' },
  { path: '/v0.1/x/dev.toolhive/plugins', member: 'plugins' },
];

/** Walks all pages of a list. */
export function walkList(
  client: ApiClient,
  list: UpstreamList,
  query: Readonly<Record<string, string>> = {},
): AsyncGenerator<UpstreamPage> {
  return walkPages(client, list, { limit: String(PAGE_SIZE), ...query });
}

/** Walks a list of skills or plugins; one that is not there (404) is empty. */
export async function* walkExtensionList(client: ApiClient, list: UpstreamList): AsyncGenerator<UpstreamPage> {
  try {
    yield* walkList(client, list);
  } catch (error) {
    if (!(error instanceof ListStatusError) || error.status !== 404) throw error;
  }
}

/** Asks how many servers an upstream counts; undefined when it does not say (ahead.md P5 `total`). */
export async function askTotal(client: ApiClient): Promise<number | undefined> {
  for await (const { total } of walkPages(client, SERVERS, { limit: '1', total: 'true' })) return total;
  return undefined;
}

/** A digest of entries in their order. */
export class EntryDigest {
  readonly #hash = createHash('sha256');

  add({ outcome, key }: UpstreamEntry): void {
    this.#hash.update(`${describe(outcome, key)}\n`);
  }

  hex(): string {
    return this.#hash.copy().digest('hex');
  }
}

function describe(outcome: UpstreamEntry['outcome'], key: UpstreamEntry['key']): string {
  switch (outcome.kind) {
    case 'valid':
      return `${outcome.document.kind} ${outcome.document.hash} ${outcome.document.status}`;
    case 'invalid':
      return `invalid ${JSON.stringify(outcome.rejected)}`;
    case 'deleted':
      return `deleted ${JSON.stringify(key ?? null)}`;
  }
}
