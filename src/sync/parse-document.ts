import { compileFilter } from '../documents/filter.js';
import type { EntryDocument } from '../documents/entry-document.js';
import type { ParsedDocument } from '../documents/parsed-document.js';
import { parseRegistryDocument } from '../documents/registry-document.js';
import type { InvalidEntryPolicy } from '../model/source-settings.js';
import type { SourceContent } from './source-content.js';

/** What is needed to make entries of a document; plain data, so that it can be sent to a thread. */
export interface ParseInstructions extends Pick<SourceContent, 'format' | 'filter'> {
  readonly onInvalidEntry: InvalidEntryPolicy;
  readonly maxMetaSize: number;
  /** Whether a document without entries is accepted. */
  readonly mayBeEmpty: boolean;
}

/** Entries of a document after filtering, and what was left out because it is invalid. */
export interface ParsedEntries extends Pick<ParsedDocument, 'rejected' | 'rejectedCount'> {
  readonly entries: readonly EntryDocument[];
}

/** Parses, validates and filters a document on this thread. @throws DocumentError when it is refused */
export function parseDocument(bytes: Uint8Array, instructions: ParseInstructions): ParsedEntries {
  const parsed = parseRegistryDocument(bytes, instructions);
  return { ...parsed, entries: parsed.entries.filter(compileFilter(instructions.filter)) };
}
