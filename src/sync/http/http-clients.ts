import { Inject, Injectable } from '@nestjs/common';
import type { ReadableSource } from '../source-reading.js';
import { SYNC_OPTIONS, type SyncOptions } from '../sync-options.js';
import { HttpClient } from './http-client.js';

/** The two HTTP clients of the process: one for sources that are trusted, one that does not reach local addresses. */
@Injectable()
export class HttpClients {
  readonly #trusted = new HttpClient(false);
  readonly #guarded = new HttpClient(true);

  constructor(@Inject(SYNC_OPTIONS) private readonly options: SyncOptions) {}

  /** The client for a source: those of the configuration file are trusted. */
  for({ creationType }: Pick<ReadableSource, 'creationType'>): HttpClient {
    return this.options.guardsApiSources && creationType === 'API' ? this.#guarded : this.#trusted;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.#trusted.close(), this.#guarded.close()]);
  }
}
