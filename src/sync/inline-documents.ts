import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import type { EntryDocument } from '../documents/entry-document.js';
import { EntryWriter } from '../entries/entry-writer.js';
import { DocumentParser } from './document-parser.js';
import type { EntrySet } from './entry-set.js';
import type { SourceContent } from './source-content.js';
import { SyncStatusRepository } from './sync-status.repository.js';

/** The entries of an inline document (`file.data`), validated and filtered, ready to be stored. */
export type InlineContent = Omit<EntrySet, 'dispose' | 'entries'> & { readonly entries: readonly EntryDocument[] };

/** Inline parsing is not cancelled: its request waits for it. */
const NEVER = new AbortController().signal;

/** Documents that sources carry in their definition; they are stored with it and not by passes. */
@Injectable()
export class InlineDocuments {
  constructor(
    private readonly parser: DocumentParser,
    private readonly writer: EntryWriter,
    private readonly status: SyncStatusRepository,
  ) {}

  /**
   * Parses, validates and filters an inline document; to be done before the transaction that stores it.
   * @param content - the definition of the source; inline documents may be without entries
   * @throws DocumentError (an InvalidInputError) when the document is refused
   */
  async parse(data: string, content: SourceContent): Promise<InlineContent> {
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
  async store(tx: EntityManager, sourceId: number, content: InlineContent, claims: Claims | null): Promise<void> {
    const { counts } = await this.writer.replaceAll(tx, sourceId, content.entries, claims);
    await this.status.completeInline(tx, sourceId, { ...content, counts });
  }
}
