import { storableText } from '../common/storable-text.js';
import type { RejectedEntry } from './parsed-document.js';

/** How many rejected entries a status names. */
const MAX_NAMED = 50;

/** Longest text that is kept about one. */
const MAX_TEXT_LENGTH = 2000;

/** The first rejected entries as JSON for the status of their source; null when there are none (ahead.md P3). */
export function rejectedJson(rejected: readonly RejectedEntry[]): string | null {
  if (rejected.length === 0) return null;
  // Entries are rejected for U+0000 and unpaired surrogates in their names, among others.
  const storable = (text: string): string => storableText(text, MAX_TEXT_LENGTH);
  const named = rejected.slice(0, MAX_NAMED).map(({ name, version, path, reason }) => ({
    name: storable(name),
    version: storable(version),
    path: storable(path),
    reason: storable(reason),
  }));
  return JSON.stringify(named);
}
