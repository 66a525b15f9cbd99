import { Inject, Injectable } from '@nestjs/common';
import { isSynchronised } from '../model/source-settings.js';
import { hasWorker, parseInWorker } from './document-worker.client.js';
import type { EntrySet } from './entry-set.js';
import { parseDocument } from './parse-document.js';
import { Semaphore } from './semaphore.js';
import { invalidEntryPolicy, type SourceContent } from './source-content.js';
import { SYNC_OPTIONS, type SyncOptions } from './sync-options.js';

/** Larger documents take longer than a request should wait for them, and are parsed on a thread of their own. */
const WORKER_THRESHOLD_BYTES = 256 * 1024;

/** Makes entries of registry documents without holding up the event loop; a few documents at a time. */
@Injectable()
export class DocumentParser {
  readonly #gate: Semaphore;

  constructor(@Inject(SYNC_OPTIONS) private readonly options: SyncOptions) {
    this.#gate = new Semaphore(options.maxStoring);
  }

  /**
   * Parses, validates and filters a document as a source's definition says.
   * @param bytes - not to be used afterwards: a thread may have taken them
   * @returns the entries, to be disposed of
   * @throws DocumentError when the document is refused
   */
  parse(bytes: Buffer<ArrayBuffer>, content: SourceContent, signal: AbortSignal): Promise<EntrySet> {
    const instructions = {
      format: content.format,
      filter: content.filter,
      onInvalidEntry: invalidEntryPolicy(content),
      maxMetaSize: this.options.maxMetaSize,
      // Inline data that is empty is meant to be; what is fetched empty is rather a mistake of somebody else.
      mayBeEmpty: !isSynchronised(content.settings),
    };
    return this.#gate.run(async () => {
      if (hasWorker && bytes.byteLength > WORKER_THRESHOLD_BYTES) return parseInWorker(bytes, instructions, signal);
      return { ...parseDocument(bytes, instructions), dispose: () => Promise.resolve() };
    }, signal);
  }
}
