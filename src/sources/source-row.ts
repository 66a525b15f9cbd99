import type { Claims } from '../claims/claims.js';
import type {
  CreationType,
  InvalidEntryPolicy,
  SourceFilter,
  SourceFormat,
  SourceKind,
  SourceSettings,
} from '../model/source-settings.js';
import { rfc3339 } from './timestamp-sql.js';

/** A source as it is read for the administrative API; retired ones are never read this way. */
export interface SourceRow {
  readonly id: number;
  readonly name: string;
  readonly kind: SourceKind;
  readonly creationType: CreationType;
  /** The kind's block with the key names of the configuration file. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly format: SourceFormat | null;
  readonly filter: SourceFilter | null;
  readonly syncIntervalMicroseconds: number | null;
  readonly onInvalidEntry: InvalidEntryPolicy | null;
  readonly claims: Claims | null;
  /** RFC 3339 with microseconds. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The columns of a {@link SourceRow}, of the table named `source`. */
export const SOURCE_COLUMNS = `
  source.id, source.name, source.kind, source.creation_type AS "creationType", source.settings, source.format,
  source.filter, source.sync_interval_microseconds AS "syncIntervalMicroseconds",
  source.on_invalid_entry AS "onInvalidEntry", source.claims,
  ${rfc3339('source.created_at')} AS "createdAt", ${rfc3339('source.updated_at')} AS "updatedAt"`;

/** The kind's block of a source's settings, as it is stored. */
export function settingsBlock(settings: SourceSettings): Readonly<Record<string, unknown>> {
  switch (settings.kind) {
    case 'git':
      return { ...settings.git };
    case 'api':
      return { ...settings.api };
    case 'file':
      return { ...settings.file };
    case 'managed':
      return {};
    case 'kubernetes':
      return { ...settings.kubernetes };
  }
}

/** The settings of a stored source; they were checked when they were written. */
export function settingsOf(row: Pick<SourceRow, 'kind' | 'settings'>): SourceSettings {
  return { kind: row.kind, [row.kind]: row.settings } as unknown as SourceSettings;
}
