import { isUnclaimed } from '../claims/claims.js';
import { formatDuration } from '../common/duration.js';
import { maskUrlPasswords } from '../common/url-password.js';
import type { RejectedEntry } from '../documents/parsed-document.js';
import type { InvalidEntryPolicy } from '../model/source-settings.js';
import { invalidEntryPolicy } from '../sync/source-content.js';
import type { SyncStatus } from '../sync/sync-status.js';
import type { SourceResponse, SyncStatusResponse } from './dto/source.response.js';
import { compact } from './rule-helpers.js';
import { settingsOf, type SourceRow } from './source-row.js';

/**
 * A source as the administrative API shows it: members in the order of admin-api spec 4.1, absent ones left out, secrets
 * masked (sync spec 8, row 20; ahead.md P4).
 * @param status - absent in answers to PUT
 */
export function toSourceResponse(source: SourceRow, status?: SyncStatus): SourceResponse {
  const onInvalidEntry = unusualInvalidEntryPolicy(source);
  return {
    name: source.name,
    type: source.kind,
    creationType: source.creationType,
    sourceType: source.kind,
    sourceConfig: shownSettings(source),
    ...(source.format !== null && { format: source.format }),
    ...(source.filter !== null && { filterConfig: source.filter }),
    ...(source.syncIntervalMicroseconds !== null && { syncSchedule: formatDuration(source.syncIntervalMicroseconds) }),
    ...(onInvalidEntry !== undefined && { onInvalidEntry }),
    ...(!isUnclaimed(source.claims) && { claims: source.claims }),
    ...(status && { syncStatus: toSyncStatusResponse(status) }),
    createdAt: source.createdAt,
    updatedAt: source.updatedAt,
  };
}

function unusualInvalidEntryPolicy(source: SourceRow): InvalidEntryPolicy | undefined {
  const usual = invalidEntryPolicy({ settings: settingsOf(source) });
  return source.onInvalidEntry === null || source.onInvalidEntry === usual ? undefined : source.onInvalidEntry;
}

function shownSettings(source: SourceRow): Record<string, unknown> {
  const settings = settingsOf(source);
  switch (settings.kind) {
    case 'git':
      return { ...settings.git, repository: maskUrlPasswords(settings.git.repository) };
    case 'api':
      return compact({ ...settings.api, endpoint: maskUrlPasswords(settings.api.endpoint), auth: undefined });
    case 'file':
      return { ...settings.file, ...(settings.file.url !== undefined && { url: maskUrlPasswords(settings.file.url) }) };
    case 'managed':
      return {};
    case 'kubernetes':
      // Clients of the established server know this spelling, and the null (admin-api spec 4.3).
      return { Namespaces: settings.kubernetes.namespaces ?? null };
  }
}

function toSyncStatusResponse(status: SyncStatus): SyncStatusResponse {
  return {
    phase: status.phase,
    ...(status.lastSyncTime !== undefined && { lastSyncTime: status.lastSyncTime }),
    ...(status.lastAttempt !== undefined && { lastAttempt: status.lastAttempt }),
    attemptCount: status.attemptCount,
    serverCount: status.serverCount,
    skillCount: status.skillCount,
    pluginCount: status.pluginCount,
    ...(status.message !== '' && { message: maskUrlPasswords(status.message) }),
    ...(status.rejected !== undefined && { rejected: status.rejected }),
    ...(status.rejectedEntries !== undefined && { rejectedEntries: status.rejectedEntries.map(maskRejectedEntry) }),
  };
}

function maskRejectedEntry({ name, version, path, reason }: RejectedEntry): RejectedEntry {
  return { name, version, path: maskUrlPasswords(path), reason: maskUrlPasswords(reason) };
}
