import { Injectable } from '@nestjs/common';
import { traceFetch } from '../telemetry/operation-span.js';
import { DocumentReader } from './document-reader.js';
import { ApiSourceFetcher } from './fetchers/api-source.fetcher.js';
import { FileSourceFetcher } from './fetchers/file-source.fetcher.js';
import { GitSourceFetcher } from './fetchers/git-source.fetcher.js';
import { HttpClients } from './http/http-clients.js';
import { SettingsError } from './pass-errors.js';
import type { PassBasis, ReadableSource, SourceReading } from './source-reading.js';

/** Reads a source of any kind. */
@Injectable()
export class SourceReader {
  constructor(
    private readonly documents: DocumentReader,
    private readonly files: FileSourceFetcher,
    private readonly repositories: GitSourceFetcher,
    private readonly upstreams: ApiSourceFetcher,
    private readonly clients: HttpClients,
  ) {}

  /**
   * Fetches, validates and filters what a source delivers.
   * @param basis - the pass before, to find out whether anything is new; undefined when everything is wanted
   * @returns a reading; a snapshot has to be disposed of
   * @throws FetchError, DocumentError, SettingsError; the signal's reason when it ended the reading
   */
  read(source: ReadableSource, basis: PassBasis | undefined, signal: AbortSignal): Promise<SourceReading> {
    const { settings } = source;
    const context = { http: this.clients.for(source), signal };
    switch (settings.kind) {
      case 'file':
        return this.documents.read(this.files, settings.file, source, basis, context);
      case 'git':
        return this.documents.read(this.repositories, settings.git, source, basis, context);
      case 'api':
        return traceFetch(settings.kind, () => this.upstreams.read(settings.api, source, basis, context));
      case 'managed':
      case 'kubernetes':
        throw new SettingsError(`sources of the kind ${settings.kind} are not synchronised`);
    }
  }
}
