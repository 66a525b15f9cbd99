import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import { InvalidInputError } from '../common/errors.js';
import type { EntryDocument } from '../documents/entry-document.js';
import { EntryWriter } from '../entries/entry-writer.js';
import { isSynchronised } from '../model/source-settings.js';
import { DocumentParser } from './document-parser.js';
import { DryRun, type DryRunReport } from './dry-run.js';
import type { EntrySet } from './entry-set.js';
import type { SourceContent } from './source-content.js';
import type { ReadableSource } from './source-reading.js';
import { SyncScheduler } from './sync-scheduler.js';
import { SyncStatusRepository } from './sync-status.repository.js';

/** The entries of an inline document (`file.data`), validated and filtered, ready to be stored. */
export type InlineContent = Omit<EntrySet, 'dispose' | 'entries'> & { readonly entries: readonly EntryDocument[] };

/** Inline parsing is not cancelled: its request waits for it. */
const NEVER = new AbortController().signal;

/** What the administration of sources asks of the synchronisation. */
@Injectable()
export class SyncService {
  constructor(
    private readonly scheduler: SyncScheduler,
    private readonly dryRuns: DryRun,
    private readonly parser: DocumentParser,
    private readonly writer: EntryWriter,
    private readonly status: SyncStatusRepository,
  ) {}

  /**
   * Parses, validates and filters an inline document; to be done before the transaction that stores it.
   * @param content - the definition of the source; inline documents may be without entries
   * @throws DocumentError (an InvalidInputError) when the document is refused
   */
  async parseInline(data: string, content: SourceContent): Promise<InlineContent> {
    const set = await this.parser.parse(Buffer.from(data), content, NEVER);
    try {
      const entries: EntryDocument[] = [];
      for await (const entry of set.entries) entries.push(entry);
      return { entries, rejected: set.rejected, rejectedCount: set.rejectedCount };
    } finally {
      await set.dispose();
    }
  }

  /**
   * Makes an inline document the whole content of its source, and the source's status complete, in the transaction that
   * writes the source (sync spec 8, row 7).
   * @throws SourceGoneError; InvalidInputError when an entry cannot be stored
   */
  async storeInline(tx: EntityManager, sourceId: number, content: InlineContent, claims: Claims | null): Promise<void> {
    const { counts } = await this.writer.replaceAll(tx, sourceId, content.entries, claims);
    await this.status.completeInline(tx, sourceId, { ...content, counts });
  }

  /**
   * Begins a pass of a source at once; it runs on when this has resolved (ahead.md P7).
   * @throws InvalidInputError when the source is of a kind that is not synchronised
   * @throws ConflictError when a pass of it is running
   */
  async syncNow(source: Pick<ReadableSource, 'id' | 'settings'>): Promise<void> {
    assertSynchronised(source);
    await this.scheduler.startNow(source.id);
  }

  /**
   * Finds out what a pass would change now, without storing anything.
   * @throws InvalidInputError when the source is of a kind that is not synchronised
   * @throws BadGatewayError when fetching or validating fails
   */
  async dryRun(source: ReadableSource, signal: AbortSignal): Promise<DryRunReport> {
    assertSynchronised(source);
    return this.dryRuns.run(source, signal);
  }
}

function assertSynchronised({ settings }: Pick<ReadableSource, 'settings'>): void {
  if (isSynchronised(settings)) return;
  const kind = settings.kind === 'file' ? 'file with inline data' : settings.kind;
  throw new InvalidInputError(`the source is not synchronised (type: ${kind})`);
}
