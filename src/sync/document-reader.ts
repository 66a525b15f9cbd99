import { Injectable } from '@nestjs/common';
import { DocumentError } from '../documents/parsed-document.js';
import { traceFetch } from '../telemetry/operation-span.js';
import { pause } from './deadline.js';
import { DocumentParser } from './document-parser.js';
import type { DocumentFetcher, FetchContext } from './fetchers/document-fetcher.js';
import { FetchError } from './pass-errors.js';
import type { SourceContent } from './source-content.js';
import type { PassBasis, SourceReading } from './source-reading.js';

const PAUSE_BEFORE_SECOND_ATTEMPT_MS = 500;

/** Reads sources that deliver one registry document (file, git). */
@Injectable()
export class DocumentReader {
  constructor(private readonly parser: DocumentParser) {}

  /**
   * Fetches and parses the document of a source. What fails is tried a second time, so that one hiccup, or a file that is
   * just being written, does not fail the pass (sync spec 5.1).
   * @throws FetchError, DocumentError, SettingsError
   */
  async read<Settings>(
    fetcher: DocumentFetcher<Settings>,
    settings: Settings,
    content: SourceContent,
    basis: PassBasis | undefined,
    context: Pick<FetchContext, 'http' | 'signal'>,
  ): Promise<SourceReading> {
    const attempt = () => this.#attempt(fetcher, settings, content, basis, context);
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof FetchError || error instanceof DocumentError)) throw error;
      await pause(PAUSE_BEFORE_SECOND_ATTEMPT_MS, context.signal);
      return attempt();
    }
  }

  async #attempt<Settings>(
    fetcher: DocumentFetcher<Settings>,
    settings: Settings,
    content: SourceContent,
    basis: PassBasis | undefined,
    { http, signal }: Pick<FetchContext, 'http' | 'signal'>,
  ): Promise<SourceReading> {
    const state = basis?.fetchState ?? null;
    const knownHash = basis?.contentHash ?? null;
    const context = { http, signal, state, knownHash };
    const fetched = await traceFetch(content.settings.kind, () => fetcher.fetch(settings, context));
    if (!fetched) return { kind: 'unchanged', fetchState: state };
    if (fetched.hash === knownHash) return { kind: 'unchanged', fetchState: fetched.state };
    const entrySet = await this.parser.parse(fetched.bytes, content, signal);
    return { kind: 'snapshot', ...entrySet, contentHash: fetched.hash, fetchState: fetched.state };
  }
}
