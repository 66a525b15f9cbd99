import type { JsonValue } from '../common/exact-json.js';
import type { RejectedEntry } from '../documents/parsed-document.js';
import type { PassBasis, ReadableSource } from './source-reading.js';

/** What is remembered of the passes before. */
export interface PassHistory {
  readonly contentHash: string | null;
  /** Fingerprint of the definition and limits with which the last successful pass was stored. */
  readonly settingsHash: string | null;
  /** Passes that failed since. */
  readonly attemptCount: number;
  readonly fetchState: JsonValue;
  readonly rejected: readonly RejectedEntry[];
  readonly rejectedCount: number;
}

/** A source whose pass this process may run, as long as it holds the lease. */
export interface ClaimedSource extends ReadableSource {
  readonly name: string;
  readonly history: PassHistory;
  /** Names this claim, never used again: who writes the outcome must still hold it. */
  readonly lease: string;
}

/**
 * What the source's next pass may build upon; undefined when it has to store whatever it finds.
 * @param fingerprint - of the next pass, by `passFingerprint`
 */
export function passBasis(source: ClaimedSource, fingerprint: string): PassBasis | undefined {
  const { settingsHash, attemptCount, ...basis } = source.history;
  return attemptCount === 0 && settingsHash === fingerprint ? basis : undefined;
}
