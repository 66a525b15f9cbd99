import type { EntryKind } from '../model/entry-kind.js';
import type { OfficialStatus } from '../model/official-status.js';

/** What filters of the consumer API look at, taken out of a document once, when it is accepted. */
export interface EntryFacets {
  /** Strings of the arrays named `tags` two levels below a server's publisher-provided metadata; empty for others. */
  readonly tags: readonly string[];
  /** Transport types of packages and remotes, without repetitions. */
  readonly transports: readonly string[];
  /** `registryType` of the packages, without repetitions. */
  readonly registryTypes: readonly string[];
  /** `package` when there are packages, `remote` when there are remotes. */
  readonly kinds: readonly ('package' | 'remote')[];
  /** Status of a skill or plugin, upper case; absent for servers. */
  readonly status?: 'ACTIVE' | 'DEPRECATED' | 'ARCHIVED';
}

/** One version of an entry, validated and in the form in which it is stored and served. */
export interface EntryDocument {
  readonly kind: EntryKind;
  /** Empty for servers, whose name carries its namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** Empty when the document has none. */
  readonly title: string;
  readonly description: string;
  /** Official status of a server version; `active` for skills and plugins. */
  readonly status: OfficialStatus;
  readonly facets: EntryFacets;
  /** The document exactly as it is served, without the envelope around it. */
  readonly json: string;
  /** SHA-256 of `json`, hexadecimal. */
  readonly hash: string;
}
