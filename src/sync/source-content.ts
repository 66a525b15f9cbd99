import { createHash } from 'node:crypto';
import type {
  CreationType,
  InvalidEntryPolicy,
  SourceFilter,
  SourceFormat,
  SourceSettings,
} from '../model/source-settings.js';

/** What decides which entries a pass stores: a change of any of it makes a source due at once. */
export interface SourceContent {
  readonly settings: SourceSettings;
  readonly format?: SourceFormat | null;
  readonly filter?: SourceFilter | null;
  readonly onInvalidEntry?: InvalidEntryPolicy | null;
}

/** A source as the scheduler has to know it when it is created or changed. */
export interface ScheduledSource extends SourceContent {
  readonly id: number;
  readonly creationType: CreationType;
  /** Absent or null for sources that are not synchronised. */
  readonly intervalMicroseconds?: number | null;
}

/** Sorts the members of objects, since a jsonb column does not keep their order. */
function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** SHA-256 (hexadecimal) over everything of a definition that decides what is stored. */
export function contentFingerprint({ settings, format, filter, onInvalidEntry }: SourceContent): string {
  const text = JSON.stringify([settings, format ?? null, filter ?? null, onInvalidEntry ?? null], sortMembers);
  return createHash('sha256').update(text).digest('hex');
}

/**
 * As {@link contentFingerprint}, with what else a pass decides by: entries that were left out for their size come in, though
 * nothing new is delivered, when the limit was raised.
 * @param maxMetaSize - bytes that publisher-provided metadata may take
 */
export function passFingerprint(source: SourceContent, maxMetaSize: number): string {
  return createHash('sha256')
    .update(`${contentFingerprint(source)} ${maxMetaSize}`)
    .digest('hex');
}

/** The policy in force: what the source says, else `skip` for api and `fail` for the others (ahead.md P3). */
export function invalidEntryPolicy({ settings, onInvalidEntry }: SourceContent): InvalidEntryPolicy {
  return onInvalidEntry ?? (settings.kind === 'api' ? 'skip' : 'fail');
}
