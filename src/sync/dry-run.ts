import { Injectable } from '@nestjs/common';
import { DocumentError, type RejectedEntry } from '../documents/parsed-document.js';
import type { EntryKey } from '../entries/write-result.js';
import { BadGatewayError } from '../common/errors.js';
import { ENTRY_KINDS } from '../model/entry-kind.js';
import { withDeadline } from './deadline.js';
import type { EntrySequence } from './entry-set.js';
import { describeFailure, FetchError, SettingsError } from './pass-errors.js';
import { SourceReader } from './source-reader.js';
import type { ReadableSource } from './source-reading.js';
import { StoredVersionsRepository, versionKey, type StoredVersion } from './stored-versions.repository.js';

/** Just under the time that a request may take. */
const LIMIT_MS = 9_000;
const MAX_LISTED = 1_000;

/** What a pass would do now (ahead.md P7). Each list holds the first 1000; the counts are of all. */
export interface DryRunReport {
  readonly added: readonly EntryKey[];
  readonly changed: readonly EntryKey[];
  readonly removed: readonly EntryKey[];
  readonly rejected: readonly RejectedEntry[];
  readonly counts: Readonly<Record<'added' | 'changed' | 'removed' | 'rejected', number>>;
}

class Tally {
  readonly listed: EntryKey[] = [];
  count = 0;

  add({ kind, namespace, name, version }: EntryKey): void {
    this.count++;
    if (this.listed.length < MAX_LISTED) this.listed.push({ kind, namespace, name, version });
  }
}

async function compare(entries: EntrySequence, stored: readonly StoredVersion[]) {
  const missing = new Map(stored.map((version) => [versionKey(version), version]));
  const [added, changed, removed] = [new Tally(), new Tally(), new Tally()];
  for await (const entry of entries) {
    const key = versionKey(entry);
    const before = missing.get(key);
    if (!before) added.add(entry);
    else if (before.hash !== entry.hash || before.status !== entry.status) changed.add(entry);
    missing.delete(key);
  }
  for (const version of missing.values()) removed.add(version);
  return { added, changed, removed };
}

/** Finds out what a pass would change, without storing anything. */
@Injectable()
export class DryRun {
  constructor(
    private readonly reader: SourceReader,
    private readonly stored: StoredVersionsRepository,
  ) {}

  /**
   * Fetches, validates and filters everything the source delivers and compares it with what is stored.
   * @throws BadGatewayError when fetching or validating fails, or takes too long to be waited for
   */
  async run(source: ReadableSource, signal: AbortSignal): Promise<DryRunReport> {
    try {
      return await withDeadline(signal, { what: 'dry run', limitMs: LIMIT_MS }, (limited) =>
        this.#run(source, limited),
      );
    } catch (error) {
      const isForeseen =
        error instanceof FetchError || error instanceof DocumentError || error instanceof SettingsError;
      if (!isForeseen) throw error;
      throw new BadGatewayError(describeFailure(error, 'FetchFailed').message, { cause: error });
    }
  }

  async #run(source: ReadableSource, signal: AbortSignal): Promise<DryRunReport> {
    const reading = await this.reader.read(source, undefined, signal);
    if (reading.kind !== 'snapshot') throw new Error('a reading without basis was no snapshot');
    try {
      const { added, changed, removed } = await compare(
        reading.entries,
        await this.stored.list(source.id, ENTRY_KINDS),
      );
      return {
        added: added.listed,
        changed: changed.listed,
        removed: removed.listed,
        rejected: reading.rejected.slice(0, MAX_LISTED),
        counts: {
          added: added.count,
          changed: changed.count,
          removed: removed.count,
          rejected: reading.rejectedCount,
        },
      };
    } finally {
      await reading.dispose();
    }
  }
}
