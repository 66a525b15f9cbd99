import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { SourceDefinition } from '../config/config.js';
import { EntryWriter } from '../entries/entry-writer.js';
import type { CreationType, SourceKind } from '../model/source-settings.js';
import { InlineDocuments, type InlineContent } from '../sync/inline-documents.js';
import type { ScheduledSource } from '../sync/source-content.js';
import { SyncStatusRepository } from '../sync/sync-status.repository.js';
import { settingsOf, type SourceRow } from './source-row.js';
import { SourcesRepository } from './sources.repository.js';

/** Kinds whose entries carry the claims of their source; others have claims of their own (auth spec 9 and 17.1). */
const CLAIMED_BY_SOURCE: ReadonlySet<SourceKind> = new Set(['git', 'api', 'file']);

function scheduled(row: SourceRow): ScheduledSource {
  return { ...row, settings: settingsOf(row), intervalMicroseconds: row.syncIntervalMicroseconds };
}

/**
 * Writes definitions of sources with all that follows from them: when the source is due, its inline data, the claims of
 * its entries. The administrative API and the configuration file both write through it, inside their transaction.
 */
@Injectable()
export class SourceWriter {
  constructor(
    private readonly repository: SourcesRepository,
    private readonly statuses: SyncStatusRepository,
    private readonly entries: EntryWriter,
    private readonly inlineDocuments: InlineDocuments,
  ) {}

  /**
   * Creates a source; one that is synchronised is due at once.
   * @param inline - the entries of a source with inline data
   * @returns undefined when the name is taken, or when it is managed and there is a managed source
   */
  async create(
    tx: EntityManager,
    definition: SourceDefinition,
    creationType: CreationType,
    inline?: InlineContent,
  ): Promise<SourceRow | undefined> {
    const created = await this.repository.insert(tx, definition, creationType);
    if (!created) return undefined;
    await this.statuses.place(tx, scheduled(created));
    if (inline) await this.inlineDocuments.store(tx, created.id, inline, created.claims);
    return created;
  }

  /**
   * Replaces the definition of a locked source. Changed settings, format, filter or policy make it due at once; changed
   * claims reach the entries that carry them at once. Entries otherwise stay until the next pass.
   */
  async replace(
    tx: EntityManager,
    current: SourceRow,
    definition: SourceDefinition,
    inline?: InlineContent,
  ): Promise<SourceRow> {
    const replaced = await this.repository.replace(tx, current.id, definition);
    await this.statuses.place(tx, scheduled(replaced), scheduled(current));
    if (inline) await this.inlineDocuments.store(tx, replaced.id, inline, replaced.claims);
    else await this.#passClaimsOn(tx, current, replaced);
    return replaced;
  }

  async #passClaimsOn(tx: EntityManager, current: SourceRow, replaced: SourceRow): Promise<void> {
    // Entries published before the kind changed keep their claims until a pass replaces them.
    if (!CLAIMED_BY_SOURCE.has(current.kind) || !CLAIMED_BY_SOURCE.has(replaced.kind)) return;
    if (isDeepStrictEqual(current.claims, replaced.claims)) return;
    await this.entries.setSourceClaims(tx, replaced.id, replaced.claims);
  }
}
