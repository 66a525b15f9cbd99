import type { EntryDocument } from '../../../documents/entry-document.js';
import type { RejectedEntry } from '../../../documents/parsed-document.js';
import type { InvalidEntryPolicy } from '../../../model/source-settings.js';
import { FetchError } from '../../pass-errors.js';

/** How the entries of an upstream are taken. */
export interface UpstreamPolicy {
  /** As the source says; undefined: the default of api sources, which is more lenient than a `skip` that was asked for. */
  readonly onInvalidEntry: InvalidEntryPolicy | undefined;
  readonly maxMetaSize: number;
  /** Entries of a pass. */
  readonly maxEntries: number;
  /** The source's filter. */
  readonly keeps: (entry: EntryDocument) => boolean;
}

function place({ name, path, reason }: RejectedEntry): string {
  return `${name === '' ? '' : `${name}: `}${reason} (${path})`;
}

/**
 * Fails a pass over an invalid entry, if that is the policy.
 * @throws FetchError
 */
export function assertMayBeSkipped(policy: UpstreamPolicy, rejected: RejectedEntry): void {
  if (policy.onInvalidEntry !== 'fail') return;
  throw new FetchError(`registry schema validation failed: ${place(rejected)}`);
}

/**
 * Fails a pass that would leave out too much: more than half of the entries when skipping was asked for (ahead.md P3), all of
 * them by default, since whatever the upstream serves is then not a registry (sync spec 2.3 and 8, row 11).
 * @throws FetchError
 */
export function assertMostlyValid(
  { onInvalidEntry }: UpstreamPolicy,
  counts: { valid: number; invalid: number },
  rejected: readonly RejectedEntry[],
): void {
  const { valid, invalid } = counts;
  const isTooMuch = onInvalidEntry === 'skip' ? invalid > valid : invalid > 0 && valid === 0;
  const [first] = rejected;
  if (!isTooMuch || !first) return;
  throw new FetchError(
    `registry schema validation failed: ${invalid} of ${valid + invalid} entries are invalid, the first of them ${place(first)}`,
  );
}
