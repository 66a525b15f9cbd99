import type { EntryDocument } from '../../../documents/entry-document.js';
import type { RejectedEntry } from '../../../documents/parsed-document.js';
import type { EntrySet } from '../../entry-set.js';
import { FetchError } from '../../pass-errors.js';
import { versionKey } from '../../stored-versions.repository.js';
import { DigestTable } from './digest-table.js';
import type { EntrySpool } from './entry-spool.js';
import type { UpstreamEntry } from './upstream-item-reader.js';
import { EntryDigest } from './upstream-lists.js';
import { assertMayBeSkipped, assertMostlyValid, type UpstreamPolicy } from './upstream-policy.js';

const MAX_KEPT_REJECTIONS = 1000;

/** Gathers everything an upstream serves: entries on disk, and in memory only what is needed to find duplicates. */
export class SnapshotCollector {
  readonly #digest = new EntryDigest();
  readonly #seen = new DigestTable();
  /** Keys of entries that came with different contents. */
  readonly #contradicted = new Set<string>();
  readonly #rejected: RejectedEntry[] = [];
  #valid = 0;
  #invalid = 0;
  #count = 0;

  constructor(
    private readonly spool: EntrySpool,
    private readonly policy: UpstreamPolicy,
  ) {}

  /** @throws FetchError when the pass must fail over the entry */
  async take(entry: UpstreamEntry): Promise<void> {
    if (++this.#count > this.policy.maxEntries) {
      throw new FetchError(`the upstream serves more than ${this.policy.maxEntries} entries (api.maxServers)`);
    }
    this.#digest.add(entry);
    const { outcome } = entry;
    if (outcome.kind === 'invalid') this.#reject(outcome.rejected);
    else if (outcome.kind === 'valid') await this.#accept(outcome.document, entry.place);
  }

  /** SHA-256 over what was taken, in its order. */
  contentHash(): string {
    return this.#digest.hex();
  }

  /** @throws FetchError when too many entries are invalid */
  finish(): EntrySet {
    assertMostlyValid(this.policy, { valid: this.#valid, invalid: this.#invalid }, this.#rejected);
    const { spool } = this;
    const contradicted = this.#contradicted;
    return {
      entries: {
        async *[Symbol.asyncIterator]() {
          for await (const entry of spool.entries()) {
            if (contradicted.size === 0 || !contradicted.has(versionKey(entry))) yield entry;
          }
        },
      },
      rejected: this.#rejected,
      rejectedCount: this.#invalid,
      dispose: () => spool.close(),
    };
  }

  async #accept(document: EntryDocument, place: string): Promise<void> {
    const key = versionKey(document);
    const occurrence = this.#seen.add(key, document.hash);
    if (occurrence === 'different' || this.#contradicted.has(key)) this.#contradict(document, key, place);
    if (occurrence !== 'first') return;
    this.#valid++;
    if (this.policy.keeps(document)) await this.spool.add(document);
  }

  /** Of differing duplicates none is better than another, so all copies are left out (ahead.md P3). */
  #contradict({ name, version }: EntryDocument, key: string, place: string): void {
    const rejected = { name, version, path: place, reason: `${name}@${version} is served with different contents` };
    this.#reject(rejected);
    if (this.#contradicted.has(key)) return;
    this.#contradicted.add(key);
    this.#valid--;
    // Where the first copy stood is not remembered, but all pages have this URL.
    this.#reject({ ...rejected, path: place.slice(0, place.indexOf('#')) });
  }

  #reject(rejected: RejectedEntry): void {
    assertMayBeSkipped(this.policy, rejected);
    this.#invalid++;
    if (this.#rejected.length < MAX_KEPT_REJECTIONS) this.#rejected.push(rejected);
  }
}
