import type { RejectedEntry } from '../documents/parsed-document.js';

/** Where a source stands: being fetched, or how its last pass ended. */
export type SyncPhase = 'syncing' | 'complete' | 'failed';

/** `syncStatus` of a source, as the administrative API shows it (sync spec 5.3). Absent members are not shown. */
export interface SyncStatus {
  readonly phase: SyncPhase;
  /** When the last pass ended, RFC 3339 with microseconds; absent before the first. */
  readonly lastSyncTime?: string;
  /** When the current or last pass began. */
  readonly lastAttempt?: string;
  /** Passes that failed since the last one that did not. */
  readonly attemptCount: number;
  /** Versions that are served; a failed pass leaves the counts as they are. */
  readonly serverCount: number;
  readonly skillCount: number;
  readonly pluginCount: number;
  readonly message: string;
  /** How many entries the last successful pass left out; absent when none (ahead.md P3). */
  readonly rejected?: number;
  /** The first of them. */
  readonly rejectedEntries?: readonly RejectedEntry[];
}

/** Message of a pass that stored what it fetched. */
export const COMPLETED_MESSAGE = 'Sync completed successfully';

/** Message of a synchronised source until its first pass ends. */
export const NEVER_SYNCED_MESSAGE = 'No previous sync status found';

/** Message of a successful pass that left out entries. */
export function completedMessage(rejectedCount: number): string {
  if (rejectedCount === 0) return COMPLETED_MESSAGE;
  const entries = rejectedCount === 1 ? '1 invalid entry was' : `${rejectedCount} invalid entries were`;
  return `${COMPLETED_MESSAGE}, ${entries} skipped`;
}
