import type { JsonValue } from '../../common/exact-json.js';
import type { HttpClient } from '../http/http-client.js';

/** What a fetcher gets for one attempt. */
export interface FetchContext {
  /** The client for all of the attempt's requests; guarded or not, as the source demands. */
  readonly http: HttpClient;
  /**
   * What the fetcher left after the last pass; null when it may not be relied upon: there was none, it failed, or the
   * definition has changed since.
   */
  readonly state: JsonValue;
  /** SHA-256 of the document of the last pass, under the same conditions. */
  readonly knownHash: string | null;
  readonly signal: AbortSignal;
}

/** A registry document as it was delivered. */
export interface FetchedDocument {
  readonly bytes: Buffer<ArrayBuffer>;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly hash: string;
  /** What the fetcher wants to know in the next pass. */
  readonly state: JsonValue;
}

/** Gets the registry document of sources of one kind. */
export interface DocumentFetcher<Settings> {
  /**
   * @returns the document; undefined when the fetcher can tell that it is still the one of the last pass
   * @throws FetchError
   * @throws SettingsError before anything is fetched
   */
  fetch(settings: Settings, context: FetchContext): Promise<FetchedDocument | undefined>;
}
