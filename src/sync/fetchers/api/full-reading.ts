import type { EntrySet } from '../../entry-set.js';
import type { ApiClient } from './api-client.js';
import type { ApiState } from './api-state.js';
import { EntrySpool } from './entry-spool.js';
import { SnapshotCollector } from './snapshot-collector.js';
import { readItems, type UpstreamEntry } from './upstream-item-reader.js';
import { askTotal, EntryDigest, EXTENSION_LISTS, SERVERS, walkExtensionList, walkList } from './upstream-lists.js';
import type { UpstreamPolicy } from './upstream-policy.js';

/** Changes are asked for from so much before the newest stamp, for those that were committed out of order (ahead.md P4). */
export const OVERLAP_MS = 60_000;

/** Everything an upstream serves. */
export interface FullReading extends EntrySet {
  readonly contentHash: string;
  readonly state: ApiState;
}

/** The newest stamp of the items of a walk, if all of them have one. */
class Stamps {
  newest: number | undefined;
  #areComplete = true;
  #firstDate: number | undefined;
  readonly #begun = Date.now();

  see({ updatedAt, outcome }: UpstreamEntry): void {
    if (updatedAt !== undefined) this.newest = Math.max(this.newest ?? updatedAt, updatedAt);
    else if (outcome.kind === 'valid') this.#areComplete = false;
  }

  seeDate(date: number | undefined): void {
    this.#firstDate ??= date;
  }

  /** From where changes are to be asked for in the next pass. */
  since(): number | undefined {
    if (!this.#areComplete || this.newest === undefined) return undefined;
    // In a long walk what was read first may have changed before what was read last got its stamp.
    const isLong = Date.now() - this.#begun > OVERLAP_MS / 2;
    const last = isLong && this.#firstDate !== undefined ? Math.min(this.newest, this.#firstDate) : this.newest;
    return last - OVERLAP_MS;
  }
}

async function readServers(client: ApiClient, collector: SnapshotCollector, policy: UpstreamPolicy): Promise<Stamps> {
  const stamps = new Stamps();
  for await (const page of walkList(client, SERVERS)) {
    stamps.seeDate(page.date);
    for await (const entry of readItems(page, 'servers', policy.maxMetaSize)) {
      stamps.see(entry);
      await collector.take(entry);
    }
  }
  return stamps;
}

/** @returns a digest of the lists; undefined when there are none */
async function readExtensions(
  client: ApiClient,
  collector: SnapshotCollector,
  policy: UpstreamPolicy,
): Promise<string | undefined> {
  const digest = new EntryDigest();
  let isThere = false;
  for (const list of EXTENSION_LISTS) {
    for await (const page of walkExtensionList(client, list)) {
      isThere = true;
      for await (const entry of readItems(page, list.member, policy.maxMetaSize)) {
        digest.add(entry);
        await collector.take(entry);
      }
    }
  }
  return isThere ? digest.hex() : undefined;
}

/**
 * Reads everything an upstream serves, page by page, into a temporary file.
 * @param mayHaveExtensions - whether to ask for skills and plugins
 * @returns a reading to be disposed of
 * @throws FetchError
 */
export async function readEverything(
  client: ApiClient,
  policy: UpstreamPolicy,
  mayHaveExtensions: boolean,
): Promise<FullReading> {
  const spool = await EntrySpool.create();
  try {
    const collector = new SnapshotCollector(spool, policy);
    const fullAt = Date.now();
    const stamps = await readServers(client, collector, policy);
    const extensions = mayHaveExtensions ? await readExtensions(client, collector, policy) : undefined;
    // Only servers of this kind count, and they do not tell what was deleted.
    const total = extensions === undefined ? undefined : await askTotal(client);
    const state = { fullAt, since: stamps.since(), newest: stamps.newest, total, extensions };
    return { ...collector.finish(), contentHash: collector.contentHash(), state };
  } catch (error) {
    await spool.close();
    throw error;
  }
}
