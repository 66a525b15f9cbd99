import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import { storableText } from '../common/storable-text.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import type { RejectedEntry } from '../documents/parsed-document.js';
import { rejectedJson } from '../documents/rejected-json.js';
import type { WriteResult } from '../entries/write-result.js';

/** Longer than the pause between two signs of life of a leader, whose word counts until then. */
const LEADER_MS = 30_000;
const MAX_MESSAGE_LENGTH = 2_000;

/** Another leader has taken the source over, its definition changed, or it is gone: nothing may be written. */
export class SourceTakenError extends Error {
  constructor() {
    super('the source changed, is gone, or was taken over by another process');
    this.name = 'SourceTakenError';
  }
}

/** What the status of a source is to say. */
export interface DiscoveryOutcome {
  readonly phase: 'complete' | 'failed';
  readonly message: string;
  readonly rejected: readonly RejectedEntry[];
}

// Once a source has been in line with the cluster, it goes on to be what it was until there is news.
const TAKE_OVER = `
  UPDATE sync_status
  SET lease_owner = $2, lease_expires_at = now() + $3 * interval '1 millisecond', started_at = now(),
    phase = CASE WHEN ended_at IS NULL THEN 'syncing' ELSE phase END
  WHERE source_id = $1
  RETURNING source_id`;

const RELEASE = `
  UPDATE sync_status
  SET lease_owner = NULL, lease_expires_at = NULL, phase = CASE WHEN phase = 'syncing' THEN 'complete' ELSE phase END
  WHERE source_id = $1 AND lease_owner = $2`;

const LOCK_SOURCE = 'SELECT claims FROM source WHERE id = $1 AND retired_at IS NULL FOR NO KEY UPDATE';
const LOCK_STATUS = 'SELECT 1 FROM sync_status WHERE source_id = $1 AND lease_owner = $2 FOR NO KEY UPDATE';

const OUTCOME = `
  phase = $3, message = $4, rejected_count = $5, rejected_entries = $6,
  attempt_count = CASE WHEN $3 = 'failed' THEN attempt_count + 1 ELSE 0 END,
  ended_at = CASE WHEN $3 = 'failed' THEN ended_at ELSE clock_timestamp() END,
  lease_expires_at = clock_timestamp() + $7 * interval '1 millisecond'
  WHERE source_id = $1 AND lease_owner = $2`;

const RECORD_STORED = `
  UPDATE sync_status SET started_at = now(), server_count = $8, skill_count = $9, plugin_count = $10, ${OUTCOME}`;

const RECORD = `UPDATE sync_status SET ${OUTCOME} RETURNING source_id`;

const RECORD_UNLED = `
  UPDATE sync_status SET phase = 'failed', message = $2, attempt_count = attempt_count + 1
  WHERE source_id = $1 AND (lease_expires_at IS NULL OR lease_expires_at <= now())`;

/** An annotation can bring anything into a message. */
function storable(message: string): string {
  return storableText(message, MAX_MESSAGE_LENGTH);
}

function outcomeParameters(sourceId: number, owner: string, { phase, message, rejected }: DiscoveryOutcome): unknown[] {
  return [sourceId, owner, phase, storable(message), rejected.length, rejectedJson(rejected), LEADER_MS];
}

/**
 * Status rows of kubernetes sources. The row names the leader that writes the source, so that one which was paused or cut off
 * cannot write once its successor has begun, whatever its clock says.
 */
@Injectable()
export class DiscoveryStatusRepository {
  constructor(private readonly runner: TransactionRunner) {}

  /** Makes this leader the writer of the source. @returns whether the source is there */
  async takeOver(sourceId: number, owner: string): Promise<boolean> {
    return (await this.runner.query(TAKE_OVER, [sourceId, owner, LEADER_MS])).length > 0;
  }

  /** Ends being the writer, if this leader still is. */
  async release(sourceId: number, owner: string): Promise<void> {
    await this.runner.query(RELEASE, [sourceId, owner]);
  }

  /**
   * Locks the source and its status until the transaction ends.
   * @returns the claims that the source has
   * @throws SourceTakenError
   */
  async lock(tx: EntityManager, sourceId: number, owner: string): Promise<Claims | null> {
    const [source] = await tx.query<{ claims: Claims | null }[]>(LOCK_SOURCE, [sourceId]);
    const [held] = await tx.query<unknown[]>(LOCK_STATUS, [sourceId, owner]);
    if (!source || !held) throw new SourceTakenError();
    return source.claims;
  }

  /** Records what was stored, within the transaction that did, after {@link lock}. */
  async recordStored(
    tx: EntityManager,
    sourceId: number,
    owner: string,
    outcome: DiscoveryOutcome,
    { server, skill, plugin }: WriteResult['counts'],
  ): Promise<void> {
    await tx.query(RECORD_STORED, [...outcomeParameters(sourceId, owner, outcome), server, skill, plugin]);
  }

  /** Records how things stand while nothing has to be stored, and that the leader is alive. @throws SourceTakenError */
  async record(sourceId: number, owner: string, outcome: DiscoveryOutcome): Promise<void> {
    const rows = await this.runner.query(RECORD, outcomeParameters(sourceId, owner, outcome));
    if (rows.length === 0) throw new SourceTakenError();
  }

  /** Records that nobody can lead; ignored while a leader is alive, since then only this process is cut off. */
  async recordUnled(sourceId: number, message: string): Promise<void> {
    await this.runner.query(RECORD_UNLED, [sourceId, storable(message)]);
  }
}
