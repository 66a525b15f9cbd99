import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import { DatabaseUnavailableError } from '../common/errors.js';
import type { JsonValue } from '../common/exact-json.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import type { RejectedEntry } from '../documents/parsed-document.js';
import { rejectedJson } from '../documents/rejected-json.js';
import type {
  CreationType,
  InvalidEntryPolicy,
  SourceFilter,
  SourceFormat,
  SourceKind,
  SourceSettings,
} from '../model/source-settings.js';
import type { ClaimedSource } from './claimed-source.js';
import { LeaseLostError } from './pass-errors.js';
import { completedMessage } from './sync-status.js';
import type { StoredContent } from './sync-status.repository.js';

/** How long what a lost claim took is looked for once the database is back. */
const LOST_CLAIM_MS = 30_000;

interface ClaimRow {
  readonly id: number;
  readonly name: string;
  readonly creationType: CreationType;
  readonly kind: SourceKind;
  readonly settings: Record<string, unknown>;
  readonly format: SourceFormat | null;
  readonly filter: SourceFilter | null;
  readonly onInvalidEntry: InvalidEntryPolicy | null;
  readonly contentHash: string | null;
  readonly settingsHash: string | null;
  readonly attemptCount: number;
  readonly fetchState: JsonValue;
  readonly rejected: RejectedEntry[] | null;
  readonly rejectedCount: number;
  readonly lease: string;
}

const SOURCE_COLUMNS = `
  s.id, s.name, s.creation_type AS "creationType", s.kind, s.settings, s.format, s.filter,
  s.on_invalid_entry AS "onInvalidEntry", st.content_hash AS "contentHash", st.settings_hash AS "settingsHash",
  st.attempt_count AS "attemptCount", st.fetch_state AS "fetchState",
  st.rejected_entries AS rejected, st.rejected_count AS "rejectedCount"`;

// A pass that somebody asked for before its time makes the source due as well: if the process that runs it ends, by itself or
// by force, the next one takes it up (sync spec 5.1, 5.5).
function claimStatement(condition: string): string {
  return `
    WITH wanted AS (
      SELECT st.source_id FROM sync_status st JOIN source s ON s.id = st.source_id
      WHERE ${condition} AND s.retired_at IS NULL AND st.due_at IS NOT NULL
        AND (st.lease_expires_at IS NULL OR st.lease_expires_at <= now())
      ORDER BY st.ended_at NULLS FIRST, s.name
      LIMIT $2
      FOR NO KEY UPDATE OF st SKIP LOCKED
    ), claimed AS (
      UPDATE sync_status st
      SET phase = 'syncing', started_at = now(), due_at = least(st.due_at, now()), lease_owner = $3 || '/' || st.source_id,
        lease_expires_at = now() + $1 * interval '1 millisecond'
      FROM wanted WHERE st.source_id = wanted.source_id
      RETURNING st.*
    )
    SELECT ${SOURCE_COLUMNS}, st.lease_owner AS lease
    FROM claimed st JOIN source s ON s.id = st.source_id
    ORDER BY st.ended_at NULLS FIRST, s.name`;
}

const CLAIM_DUE = claimStatement('st.due_at <= now()');
const CLAIM_ONE = claimStatement('st.source_id = $4');

// Rows that somebody else has locked are not waited for: a transaction that changes the source is about to decide. The
// deadline moves only when a good part of it is over, so that looking often costs no writes.
const RENEW = `
  WITH ending AS (
    SELECT source_id FROM sync_status
    WHERE lease_owner = ANY ($2) AND lease_expires_at < now() + $1 * interval '0.8 millisecond'
    FOR NO KEY UPDATE SKIP LOCKED
  ), renewed AS (
    UPDATE sync_status st SET lease_expires_at = now() + $1 * interval '1 millisecond'
    FROM ending WHERE st.source_id = ending.source_id
  )
  SELECT lease_owner AS lease FROM sync_status WHERE lease_owner = ANY ($2)`;

// The phase before the pass: what is stored is the outcome of a success unless passes have failed since.
function releaseStatement(condition: string): string {
  return `
    UPDATE sync_status
    SET lease_owner = NULL, lease_expires_at = NULL,
      phase = CASE WHEN attempt_count = 0 AND settings_hash IS NOT NULL THEN 'complete' ELSE 'failed' END
    WHERE ${condition}`;
}

const RELEASE = releaseStatement('lease_owner = ANY ($1)');
const RELEASE_CLAIMS = releaseStatement("split_part(lease_owner, '/', 1) = ANY ($1)");

// Within a running process intervals below one second count as one second (sync spec 8, row 3).
const END_PASS = `
  ended_at = clock_timestamp(), lease_owner = NULL, lease_expires_at = NULL,
  due_at = clock_timestamp() + greatest(s.sync_interval_microseconds, 1000000) * interval '1 microsecond'
  FROM source s WHERE s.id = st.source_id AND st.source_id = $1 AND st.lease_owner = $2`;

const END_UNCHANGED = `
  UPDATE sync_status st SET phase = 'complete', fetch_state = $3, ${END_PASS}
  RETURNING st.server_count AS server, st.skill_count AS skill, st.plugin_count AS plugin`;

const END_FAILED = `
  UPDATE sync_status st
  SET phase = 'failed', message = $3, attempt_count = st.attempt_count + 1, ${END_PASS} RETURNING st.source_id`;

const RECORD_STORED = `
  UPDATE sync_status
  SET attempt_count = 0, message = $2, server_count = $3, skill_count = $4, plugin_count = $5, content_hash = $6,
    settings_hash = $7, fetch_state = $8, rejected_count = $9, rejected_entries = $10,
    lease_expires_at = clock_timestamp() + $11 * interval '1 millisecond'
  WHERE source_id = $1`;

const END_STORED = `UPDATE sync_status st SET phase = 'complete', ${END_PASS} RETURNING st.source_id`;

function toClaimedSource(row: ClaimRow): ClaimedSource {
  const { kind, settings, contentHash, settingsHash, attemptCount, fetchState, rejected, rejectedCount, ...rest } = row;
  return {
    ...rest,
    // The column holds the block of the kind, checked when it was written.
    settings: { kind, [kind]: settings } as unknown as SourceSettings,
    history: { contentHash, settingsHash, attemptCount, fetchState, rejected: rejected ?? [], rejectedCount },
  };
}

function stateJson(state: JsonValue): string | null {
  return state === null ? null : JSON.stringify(state);
}

/** How a pass that stored something ended, for the status row. */
export interface StoredPass extends StoredContent {
  readonly contentHash: string | null;
  readonly settingsHash: string;
  readonly fetchState: JsonValue;
}

/**
 * Leases on sources: at any time at most one process runs a pass of a source. A lease is a row's owner and deadline, by
 * the database's clock; who does not renew it in time loses the source to the next one that looks.
 */
@Injectable()
export class LeaseRepository {
  /** Claims whose answer got lost, and since when they have been looked for, on the clock of `performance`. */
  readonly #lostClaims = new Map<string, number | undefined>();

  constructor(private readonly runner: TransactionRunner) {}

  /** Claims sources that are due: those first that never ended a pass, then by the end of the last one, then by name. */
  async claimDue(limit: number, leaseMs: number): Promise<ClaimedSource[]> {
    return this.#claim(CLAIM_DUE, leaseMs, limit);
  }

  /** Claims one synchronised source, due or not; undefined when a pass of it is under way, or it does not exist. */
  async claimOne(sourceId: number, leaseMs: number): Promise<ClaimedSource | undefined> {
    const [source] = await this.#claim(CLAIM_ONE, leaseMs, 1, sourceId);
    return source;
  }

  /**
   * Gives back what claims took whose answer got lost with the database: a server that hangs, or a network, carries them
   * out when everybody has gone, and nobody would run the passes. To be called again and again, because that may be
   * still to come.
   */
  async releaseLostClaims(): Promise<void> {
    if (this.#lostClaims.size === 0) return;
    await this.runner.query(RELEASE_CLAIMS, [[...this.#lostClaims.keys()]]);
    const now = performance.now();
    for (const [claim, since = now] of this.#lostClaims) {
      if (now - since > LOST_CLAIM_MS) this.#lostClaims.delete(claim);
      else this.#lostClaims.set(claim, since);
    }
  }

  /** Extends leases. @returns those that are still held; the others were lost or taken back */
  async renew(leases: readonly string[], leaseMs: number): Promise<ReadonlySet<string>> {
    const rows = await this.runner.query<{ lease: string }>(RENEW, [leaseMs, leases]);
    return new Set(rows.map((row) => row.lease));
  }

  /** Gives leases back without an outcome: the sources are due as they were. */
  async release(leases: readonly string[]): Promise<void> {
    await this.runner.query(RELEASE, [leases]);
  }

  /**
   * Locks the source and then its lease until the transaction ends, in the order of everybody who writes both.
   * @returns the claims that the source's entries are to have
   * @throws LeaseLostError when the source is gone, or the lease is
   */
  async lock(tx: EntityManager, { id, lease }: ClaimedSource): Promise<Claims | null> {
    const [source] = await tx.query<{ claims: Claims | null }[]>(
      'SELECT claims FROM source WHERE id = $1 FOR NO KEY UPDATE',
      [id],
    );
    const [held] = await tx.query<unknown[]>(
      'SELECT 1 FROM sync_status WHERE source_id = $1 AND lease_owner = $2 FOR NO KEY UPDATE',
      [id, lease],
    );
    if (!source || !held) throw new LeaseLostError();
    return source.claims;
  }

  /**
   * Records what a pass stores, within the transaction that does, after {@link lock}. The source goes on to be `syncing`
   * until {@link endStored}: it is complete when this process serves the new content, not before.
   */
  async recordStored(tx: EntityManager, { id }: ClaimedSource, pass: StoredPass, leaseMs: number): Promise<void> {
    await tx.query(RECORD_STORED, [
      id,
      completedMessage(pass.rejectedCount),
      pass.counts.server,
      pass.counts.skill,
      pass.counts.plugin,
      pass.contentHash,
      pass.settingsHash,
      stateJson(pass.fetchState),
      pass.rejectedCount,
      rejectedJson(pass.rejected),
      leaseMs,
    ]);
  }

  /** Ends a pass whose content was stored and can be seen. @throws LeaseLostError */
  async endStored({ id, lease }: ClaimedSource): Promise<void> {
    const ended = await this.runner.query(END_STORED, [id, lease]);
    if (ended.length === 0) throw new LeaseLostError();
  }

  /** Ends a pass that found nothing new: only the times move. @returns the versions that are stored @throws LeaseLostError */
  async endUnchanged({ id, lease }: ClaimedSource, fetchState: JsonValue): Promise<StoredContent['counts']> {
    const parameters = [id, lease, stateJson(fetchState)];
    const [counts] = await this.runner.query<StoredContent['counts']>(END_UNCHANGED, parameters);
    if (!counts) throw new LeaseLostError();
    return counts;
  }

  /** Ends a pass that failed; what is stored and its counts stay. @throws LeaseLostError */
  async endFailed({ id, lease }: ClaimedSource, message: string): Promise<void> {
    const ended = await this.runner.query(END_FAILED, [id, lease, message]);
    if (ended.length === 0) throw new LeaseLostError();
  }

  /** Leases are named after the statement that takes them, so that they can be found when its answer gets lost. */
  async #claim(statement: string, leaseMs: number, limit: number, ...more: unknown[]): Promise<ClaimedSource[]> {
    const claim = randomUUID();
    try {
      const rows = await this.runner.query<ClaimRow>(statement, [leaseMs, limit, claim, ...more]);
      return rows.map(toClaimedSource);
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) this.#lostClaims.set(claim, undefined);
      throw error;
    }
  }
}
