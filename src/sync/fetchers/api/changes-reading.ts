import { createHash } from 'node:crypto';
import type { EntryDocument } from '../../../documents/entry-document.js';
import type { RejectedEntry } from '../../../documents/parsed-document.js';
import type { EntryKey } from '../../../entries/write-result.js';
import { versionKey } from '../../stored-versions.repository.js';
import type { ApiClient } from './api-client.js';
import type { ApiState } from './api-state.js';
import { OVERLAP_MS } from './full-reading.js';
import { ListStatusError } from './page-walk.js';
import { readItems, type UpstreamEntry } from './upstream-item-reader.js';
import { askTotal, EntryDigest, EXTENSION_LISTS, SERVERS, walkExtensionList, walkList } from './upstream-lists.js';
import { assertMayBeSkipped, type UpstreamPolicy } from './upstream-policy.js';

/** So many changes are not kept in memory: everything is read instead. */
const MAX_CHANGES = 20_000;

/** What changed at an upstream since the last pass. */
export interface ChangesReading {
  readonly upserts: readonly EntryDocument[];
  readonly removals: readonly EntryKey[];
  readonly rejected: readonly RejectedEntry[];
  readonly state: ApiState;
  /** Whether the upstream gave the very answer it gave in the last pass. */
  readonly isKnown: boolean;
}

/** Why changes are not enough and everything has to be read. */
export type FullReadingReason = 'ignored' | 'too many changes' | 'unexplained count' | 'skills or plugins changed';

/** What an answer about changes holds, by version; of several items about one version the last counts. */
class ChangeSet {
  readonly entries = new Map<string, UpstreamEntry>();
  readonly rejected: RejectedEntry[] = [];
  /** Servers that were not there in the last pass. */
  newServers = 0;
  newest: number;

  constructor(private readonly before: number) {
    this.newest = before;
  }

  take(entry: UpstreamEntry): void {
    const { outcome, key, updatedAt = 0, publishedAt = 0 } = entry;
    this.newest = Math.max(this.newest, updatedAt);
    if (outcome.kind === 'invalid') this.rejected.push(outcome.rejected);
    if (!key) return;
    const id = versionKey(key);
    if (!this.entries.has(id) && outcome.kind !== 'deleted' && publishedAt > this.before) this.newServers++;
    this.entries.set(id, entry);
  }
}

async function askForChanges(
  client: ApiClient,
  { since = 0, newest = 0 }: ApiState,
  policy: UpstreamPolicy,
): Promise<ChangeSet | FullReadingReason> {
  const changes = new ChangeSet(newest);
  const query = { updated_since: new Date(since).toISOString(), include_deleted: 'true' };
  for await (const page of walkList(client, SERVERS, query)) {
    for await (const entry of readItems(page, 'servers', policy.maxMetaSize)) {
      // An item without a stamp, or an older one, was not asked for.
      if (entry.updatedAt === undefined || entry.updatedAt < since) return 'ignored';
      changes.take(entry);
      if (changes.entries.size > MAX_CHANGES) return 'too many changes';
    }
  }
  return changes;
}

async function askForChangesIfKnown(
  client: ApiClient,
  state: ApiState,
  policy: UpstreamPolicy,
): Promise<ChangeSet | FullReadingReason> {
  try {
    return await askForChanges(client, state, policy);
  } catch (error) {
    // An upstream that does not know the parameters may refuse them.
    if (error instanceof ListStatusError && error.status >= 400 && error.status < 500) return 'ignored';
    throw error;
  }
}

async function digestExtensions(client: ApiClient, maxMetaSize: number): Promise<string> {
  const digest = new EntryDigest();
  for (const list of EXTENSION_LISTS) {
    for await (const page of walkExtensionList(client, list)) {
      for await (const entry of readItems(page, list.member, maxMetaSize)) digest.add(entry);
    }
  }
  return digest.hex();
}

function digestOf({ entries, rejected }: ChangeSet): string {
  const digest = new EntryDigest();
  for (const entry of entries.values()) digest.add(entry);
  return createHash('sha256').update(digest.hex()).update(JSON.stringify(rejected)).digest('hex');
}

function toChanges({ entries }: ChangeSet, { keeps }: UpstreamPolicy): Pick<ChangesReading, 'upserts' | 'removals'> {
  const upserts: EntryDocument[] = [];
  const removals: EntryKey[] = [];
  for (const { outcome, key } of entries.values()) {
    if (outcome.kind === 'valid' && keeps(outcome.document)) upserts.push(outcome.document);
    else if (key) removals.push(key);
  }
  return { upserts, removals };
}

/**
 * Asks an upstream for what has changed since the last pass, tombstones included (ahead.md P4). Servers of this kind keep no
 * tombstones, but they count: a number of servers that the changes do not explain means that some were deleted.
 * @param state - of the last pass, with `since`
 * @returns the changes, or why everything has to be read
 * @throws FetchError
 */
export async function readChanges(
  client: ApiClient,
  state: ApiState,
  policy: UpstreamPolicy,
): Promise<ChangesReading | FullReadingReason> {
  const changes = await askForChangesIfKnown(client, state, policy);
  if (typeof changes === 'string') return changes;
  for (const rejected of changes.rejected) assertMayBeSkipped(policy, rejected);
  if (state.extensions !== undefined && (await digestExtensions(client, policy.maxMetaSize)) !== state.extensions) {
    return 'skills or plugins changed';
  }
  const total = state.total === undefined ? undefined : await askTotal(client);
  if (state.total !== undefined && total !== state.total + changes.newServers) return 'unexplained count';
  const digest = digestOf(changes);
  const { newest } = changes;
  const since = Math.max(state.since ?? 0, newest - OVERLAP_MS);
  return {
    ...toChanges(changes, policy),
    rejected: changes.rejected,
    state: { ...state, newest, since, total, changes: digest },
    isKnown: digest === state.changes,
  };
}
