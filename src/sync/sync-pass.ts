import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import { EntryWriter } from '../entries/entry-writer.js';
import type { WriteResult } from '../entries/write-result.js';
import { passBasis, type ClaimedSource } from './claimed-source.js';
import { LeaseRepository } from './lease.repository.js';
import { describeFailure, LeaseLostError, type FailedStep } from './pass-errors.js';
import { observePass, type PassOutcome } from './pass-outcome.js';
import { Semaphore } from './semaphore.js';
import { passFingerprint } from './source-content.js';
import { SourceReader } from './source-reader.js';
import type { Changes, Snapshot } from './source-reading.js';
import { SYNC_OPTIONS, type SyncOptions } from './sync-options.js';

/** Statements of a large pass take longer than those of a request. */
const STATEMENT_TIMEOUT_MS = 600_000;

/** One synchronisation of one source: fetch, validate, filter, store. */
@Injectable()
export class SyncPass {
  readonly #storing: Semaphore;

  constructor(
    private readonly runner: TransactionRunner,
    private readonly leases: LeaseRepository,
    private readonly writer: EntryWriter,
    private readonly reader: SourceReader,
    @Inject(SYNC_OPTIONS) private readonly options: SyncOptions,
  ) {
    this.#storing = new Semaphore(options.maxStoring);
  }

  /**
   * Runs the pass of a claimed source and records its outcome. Entries and status change in one transaction, which first
   * makes sure that the lease is still held; a failure leaves the stored entries as they are (sync spec 5.4).
   * @param signal - ends the pass without an outcome
   * @param onStoring - called when the lease gets locked by the transaction, and when it is free again
   * @throws LeaseLostError; DatabaseUnavailableError; the signal's reason
   */
  async run(
    source: ClaimedSource,
    signal: AbortSignal,
    onStoring: (isStoring: boolean) => void = () => undefined,
  ): Promise<PassOutcome> {
    return observePass(source, () => this.#run(source, signal, onStoring));
  }

  async #run(
    source: ClaimedSource,
    signal: AbortSignal,
    onStoring: (isStoring: boolean) => void,
  ): Promise<PassOutcome> {
    let step: FailedStep = 'FetchFailed';
    try {
      const reading = await this.reader.read(source, passBasis(source, this.#fingerprint(source)), signal);
      if (reading.kind === 'unchanged') {
        return { kind: 'unchanged', counts: await this.leases.endUnchanged(source, reading.fetchState) };
      }
      step = 'StorageFailed';
      const written = await this.#store(source, reading, signal, onStoring);
      await this.leases.endStored(source);
      return { kind: 'stored', written, rejected: reading.rejectedCount };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof LeaseLostError) throw error;
      const failure = describeFailure(error, step);
      await this.leases.endFailed(source, failure.message);
      return { kind: 'failed', failure, cause: error };
    }
  }

  #fingerprint(source: ClaimedSource): string {
    return passFingerprint(source, this.options.maxMetaSize);
  }

  async #store(
    source: ClaimedSource,
    reading: Snapshot | Changes,
    signal: AbortSignal,
    onStoring: (isStoring: boolean) => void,
  ): Promise<WriteResult> {
    const transaction = async (tx: EntityManager): Promise<WriteResult> => {
      const claims = await this.leases.lock(tx, source);
      signal.throwIfAborted();
      const written = await this.#write(tx, source, reading, claims);
      signal.throwIfAborted();
      const contentHash = reading.kind === 'snapshot' ? reading.contentHash : null;
      const settingsHash = this.#fingerprint(source);
      const stored = { ...reading, counts: written.counts, contentHash, settingsHash };
      await this.leases.recordStored(tx, source, stored, this.options.leaseMs);
      return written;
    };
    const dispose = async (): Promise<void> => {
      if (reading.kind === 'snapshot') await reading.dispose();
    };
    try {
      return await this.#storing.run(async () => {
        onStoring(true);
        return this.runner.run(transaction, {
          announce: 'here',
          statementTimeoutMs: STATEMENT_TIMEOUT_MS,
          // The catalogue is about to load what the entries hold: not both in memory.
          onCommitted: () => {
            onStoring(false);
            return dispose();
          },
        });
      }, signal);
    } finally {
      onStoring(false);
      await dispose();
    }
  }

  #write(
    tx: EntityManager,
    { id }: ClaimedSource,
    reading: Snapshot | Changes,
    claims: Claims | null,
  ): Promise<WriteResult> {
    if (reading.kind === 'snapshot') return this.writer.replaceAll(tx, id, reading.entries, claims);
    return this.writer.applyChanges(tx, id, reading, claims);
  }
}
