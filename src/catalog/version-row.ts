import type { EntryKind } from '../model/entry-kind.js';
import type { OfficialStatus } from '../model/official-status.js';
import type { Microseconds } from './timestamp.js';

/** One row of `entry_version` with what its entry adds. JSON columns come as text, of which many rows have the same. */
export interface VersionRow {
  readonly id: number;
  readonly entryId: number;
  readonly kind: EntryKind;
  readonly namespace: string;
  readonly name: string;
  /** Claims of the entry. */
  readonly claims: string | null;
  readonly version: string;
  readonly ordinal: number;
  readonly title: string;
  readonly description: string;
  readonly status: OfficialStatus;
  readonly facets: string;
  readonly publishedAt: Microseconds;
  readonly statusChangedAt: Microseconds;
  readonly updatedAt: Microseconds;
  readonly document: string;
}
