import { ENTRY_TYPE_NAMES } from '../model/entry-kind.js';
import { maskUrlPasswords } from '../common/url-password.js';
import type { EntryKey } from '../entries/write-result.js';
import type { DryRunReport } from '../sync/dry-run.js';
import type { DryRunResponse, TouchedVersionResponse } from './dto/sync.response.js';

function toTouchedVersion({ kind, namespace, name, version }: EntryKey): TouchedVersionResponse {
  return { entryType: ENTRY_TYPE_NAMES[kind], ...(namespace !== '' && { namespace }), name, version };
}

/** What a pass would do, as the administrative API shows it (ahead.md P7). */
export function toDryRunResponse({ added, changed, removed, rejected, counts }: DryRunReport): DryRunResponse {
  return {
    added: added.map(toTouchedVersion),
    changed: changed.map(toTouchedVersion),
    removed: removed.map(toTouchedVersion),
    rejected: rejected.map((entry) => ({ ...entry, path: maskUrlPasswords(entry.path) })),
    counts,
  };
}
