import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TransactionRunner } from '../database/transaction-runner.js';
import type { RejectedEntry } from '../documents/parsed-document.js';
import { rejectedJson } from '../documents/rejected-json.js';
import type { EntryKind } from '../model/entry-kind.js';
import { isSynchronised } from '../model/source-settings.js';
import { contentFingerprint, type ScheduledSource, type SourceContent } from './source-content.js';
import { COMPLETED_MESSAGE, completedMessage, NEVER_SYNCED_MESSAGE } from './sync-status.js';
import type { SyncPhase, SyncStatus } from './sync-status.js';

interface StatusRow {
  readonly sourceId: number;
  readonly phase: SyncPhase;
  readonly message: string;
  readonly lastSyncTime: string | null;
  readonly lastAttempt: string | null;
  readonly attemptCount: number;
  readonly serverCount: number;
  readonly skillCount: number;
  readonly pluginCount: number;
  readonly rejected: number;
  readonly rejectedEntries: RejectedEntry[] | null;
}

const SELECT_STATUS = `
  SELECT source_id AS "sourceId", phase, message,
    to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "lastSyncTime",
    to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "lastAttempt",
    attempt_count AS "attemptCount", server_count AS "serverCount", skill_count AS "skillCount",
    plugin_count AS "pluginCount", rejected_count AS rejected, rejected_entries AS "rejectedEntries"
  FROM sync_status`;

// A source that was due stays due: its pass may not have begun yet. When the content changed, a pass that is under way
// loses its lease, so that it stores nothing and the next one begins at once.
const PLACE = `
  INSERT INTO sync_status AS st (source_id, phase, message, due_at)
  VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END)
  ON CONFLICT (source_id) DO UPDATE SET
    phase = CASE WHEN $5 AND NOT $4 THEN excluded.phase ELSE st.phase END,
    message = CASE WHEN $5 AND NOT $4 THEN excluded.message ELSE st.message END,
    attempt_count = CASE WHEN $5 AND NOT $4 THEN 0 ELSE st.attempt_count END,
    rejected_count = CASE WHEN $5 AND NOT $4 THEN 0 ELSE st.rejected_count END,
    rejected_entries = CASE WHEN $5 AND NOT $4 THEN NULL ELSE st.rejected_entries END,
    due_at = CASE
      WHEN NOT $4 THEN NULL
      WHEN $5 OR st.ended_at IS NULL OR st.due_at IS NULL THEN now()
      ELSE least(st.due_at, st.ended_at + $6::bigint * interval '1 microsecond')
    END,
    lease_owner = CASE WHEN $5 THEN NULL ELSE st.lease_owner END,
    lease_expires_at = CASE WHEN $5 THEN NULL ELSE st.lease_expires_at END`;

const COMPLETE_INLINE = `
  INSERT INTO sync_status (source_id, phase, message, started_at, ended_at, server_count, skill_count, plugin_count,
    rejected_count, rejected_entries)
  VALUES ($1, 'complete', $2, now(), clock_timestamp(), $3, $4, $5, $6, $7)
  ON CONFLICT (source_id) DO UPDATE SET
    phase = excluded.phase, message = excluded.message, started_at = excluded.started_at, ended_at = excluded.ended_at,
    attempt_count = 0, server_count = excluded.server_count, skill_count = excluded.skill_count,
    plugin_count = excluded.plugin_count, rejected_count = excluded.rejected_count,
    rejected_entries = excluded.rejected_entries`;

/** What a source holds after a pass, for its status. */
export interface StoredContent {
  /** Versions per kind. */
  readonly counts: Readonly<Record<EntryKind, number>>;
  readonly rejected: readonly RejectedEntry[];
  readonly rejectedCount: number;
}

function initialStatus(source: ScheduledSource): { phase: SyncPhase; message: string } {
  if (isSynchronised(source.settings)) return { phase: 'failed', message: NEVER_SYNCED_MESSAGE };
  const { kind } = source.settings;
  if (kind === 'file') return { phase: 'complete', message: COMPLETED_MESSAGE };
  const what = source.creationType === 'CONFIG' ? 'source' : 'registry';
  return { phase: 'complete', message: `Non-synced ${what} (type: ${kind})` };
}

function toSyncStatus(row: StatusRow): SyncStatus {
  const { lastSyncTime, lastAttempt, rejected, rejectedEntries } = row;
  return {
    phase: row.phase,
    attemptCount: row.attemptCount,
    serverCount: row.serverCount,
    skillCount: row.skillCount,
    pluginCount: row.pluginCount,
    message: row.message,
    ...(lastSyncTime === null ? {} : { lastSyncTime }),
    ...(lastAttempt === null ? {} : { lastAttempt }),
    ...(rejected === 0 ? {} : { rejected, rejectedEntries: rejectedEntries ?? [] }),
  };
}

/** Status rows of sources: what the administrative API shows of them, and when the next pass is due. */
@Injectable()
export class SyncStatusRepository {
  constructor(private readonly runner: TransactionRunner) {}

  /**
   * Makes the status fit a source that was just created or changed, within the transaction that writes the source. A new
   * synchronised source, and one whose settings, format, filter or policy changed, is due at once, and a pass of it that
   * is under way is given up; otherwise it stays due when it was, or earlier if the interval became shorter.
   * @param source - the definition from now on
   * @param previous - the definition until now; absent for a new source
   */
  async place(tx: EntityManager, source: ScheduledSource, previous?: SourceContent): Promise<void> {
    const { phase, message } = initialStatus(source);
    const hasChanged = previous === undefined || contentFingerprint(previous) !== contentFingerprint(source);
    await tx.query(PLACE, [
      source.id,
      phase,
      message,
      isSynchronised(source.settings),
      hasChanged,
      source.intervalMicroseconds ?? 0,
    ]);
  }

  /** Records that inline data was stored, within the transaction that stored it. */
  async completeInline(tx: EntityManager, sourceId: number, stored: StoredContent): Promise<void> {
    await tx.query(COMPLETE_INLINE, [
      sourceId,
      completedMessage(stored.rejectedCount),
      stored.counts.server,
      stored.counts.skill,
      stored.counts.plugin,
      stored.rejectedCount,
      rejectedJson(stored.rejected),
    ]);
  }

  /** Status of all sources, by the source's id. */
  async list(): Promise<ReadonlyMap<number, SyncStatus>> {
    const rows = await this.runner.query<StatusRow>(SELECT_STATUS);
    return new Map(rows.map((row) => [row.sourceId, toSyncStatus(row)]));
  }

  /** Status of one source; undefined when there is none. */
  async find(sourceId: number): Promise<SyncStatus | undefined> {
    const [row] = await this.runner.query<StatusRow>(`${SELECT_STATUS} WHERE source_id = $1`, [sourceId]);
    return row && toSyncStatus(row);
  }
}
