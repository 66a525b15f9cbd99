import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import type { EntryDocument } from '../documents/entry-document.js';
import { EntryWriter } from '../entries/entry-writer.js';
import type { EntryClaims, WriteResult } from '../entries/write-result.js';
import { DiscoveryStatusRepository, type DiscoveryOutcome } from './discovery-status.repository.js';
import { KeptEntriesRepository, type KeptEntry } from './kept-entries.repository.js';
import type { WatchScope } from './resource-watch.js';
import type { DiscoveredContent } from './source-content.js';

const STATEMENT_TIMEOUT_MS = 120_000;

/** One write of a source. */
export interface SourceWrite {
  readonly sourceId: number;
  /** The leader that writes. */
  readonly owner: string;
  readonly content: DiscoveredContent;
  /** What could not be listed yet: entries from there stay. */
  readonly unseen: readonly WatchScope[];
  readonly outcome: DiscoveryOutcome;
  /** Called as the last thing before the commit; throws to prevent it. */
  readonly assertHeld: () => void;
}

function claimsOf(source: Claims | null, { ownClaims }: DiscoveredContent, kept: readonly KeptEntry[]): EntryClaims {
  const keptClaims = new Map(kept.map(({ document, claims }) => [document.name, claims]));
  return ({ name }) => {
    if (ownClaims.has(name)) return ownClaims.get(name) ?? null;
    return keptClaims.has(name) ? (keptClaims.get(name) ?? null) : source;
  };
}

function withKept({ documents }: DiscoveredContent, kept: readonly KeptEntry[]): EntryDocument[] {
  const present = new Set(documents.map(({ name, version }) => JSON.stringify([name, version])));
  const missing = kept.filter(({ document: { name, version } }) => !present.has(JSON.stringify([name, version])));
  return [...documents, ...missing.map(({ document }) => document)];
}

/** Stores what was discovered: entries and status in one transaction, which only the leader of the source can commit. */
@Injectable()
export class SourceStore {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly statuses: DiscoveryStatusRepository,
    private readonly keptEntries: KeptEntriesRepository,
    private readonly writer: EntryWriter,
  ) {}

  /**
   * Makes the content the whole of the source; resolves when this process serves it.
   * @throws SourceTakenError; LeadershipLostError; DatabaseUnavailableError
   */
  write({ sourceId, owner, content, unseen, outcome, assertHeld }: SourceWrite): Promise<WriteResult> {
    const transaction = async (tx: EntityManager): Promise<WriteResult> => {
      const sourceClaims = await this.statuses.lock(tx, sourceId, owner);
      const kept = await this.keptEntries.list(tx, sourceId, unseen);
      const claims = claimsOf(sourceClaims, content, kept);
      const written = await this.writer.replaceAll(tx, sourceId, withKept(content, kept), claims);
      await this.statuses.recordStored(tx, sourceId, owner, outcome, written.counts);
      assertHeld();
      return written;
    };
    return this.runner.run(transaction, { announce: 'here', statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  }
}
