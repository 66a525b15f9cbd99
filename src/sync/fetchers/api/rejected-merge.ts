import type { RejectedEntry } from '../../../documents/parsed-document.js';

/** The entries that a source has left out, as far as they are known one by one. */
export interface Rejections {
  readonly rejected: readonly RejectedEntry[];
  readonly rejectedCount: number;
}

function keyOf({ name, version }: Pick<RejectedEntry, 'name' | 'version'>): string {
  return JSON.stringify([name, version]);
}

/**
 * What is left out after some entries have changed: those that are invalid now, and those from before that have not changed.
 * @param changed - names and versions of all entries that changed
 */
export function mergeRejections(
  before: Rejections,
  rejected: readonly RejectedEntry[],
  changed: readonly Pick<RejectedEntry, 'name' | 'version'>[],
): Rejections {
  const settled = new Set([...changed, ...rejected].map(keyOf));
  const kept = before.rejected.filter((entry) => !settled.has(keyOf(entry)));
  return {
    rejected: [...rejected, ...kept],
    rejectedCount: before.rejectedCount - (before.rejected.length - kept.length) + rejected.length,
  };
}
