import type { JsonObject } from '../../common/json-object.js';
import type { CreationType, SourceKind } from '../../model/source-settings.js';

/** RFC 3339 with microseconds, which JavaScript's dates cannot hold. */
export interface EstablishedTimes {
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A source of the established server. */
export interface EstablishedSource extends EstablishedTimes {
  readonly id: string;
  readonly name: string;
  readonly creationType: CreationType;
  readonly kind: SourceKind;
  /** The kind's block with the key names of the configuration file. */
  readonly settings: JsonObject | null;
  readonly filter: JsonObject | null;
  readonly intervalMicroseconds: number | null;
  readonly claims: JsonObject | null;
}

/** A registry of the established server that was made over its API. */
export interface EstablishedRegistry extends EstablishedTimes {
  readonly name: string;
  readonly claims: JsonObject | null;
  /** Names in order of precedence. */
  readonly sources: readonly string[];
}

/** One published version; its document is spread over several tables. */
export interface EstablishedVersion {
  /** UUID. */
  readonly id: string;
  readonly version: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** JSON of an {@link EstablishedContent}, as text, so that no number gets rounded unnoticed. */
  readonly content: string;
}

/** One published name with its versions in the order in which they were published. */
export interface EstablishedEntry {
  readonly kind: 'server' | 'skill' | 'plugin';
  readonly name: string;
  readonly claims: JsonObject | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly versions: readonly EstablishedVersion[];
}

/** The rows that make up one version, with the column names of the established schema. */
export interface EstablishedContent {
  readonly title: string | null;
  readonly description: string | null;
  /** The row of `mcp_server`, `skill` or `plugin`; null when there is none. */
  readonly main: JsonObject | null;
  /** Rows of `mcp_server_package`; empty for other kinds, as those that follow are. */
  readonly packages: readonly JsonObject[];
  readonly remotes: readonly JsonObject[];
  readonly icons: readonly JsonObject[];
  /** Rows of `skill_oci_package` or `plugin_oci_package`. */
  readonly ociPackages: readonly JsonObject[];
  readonly gitPackages: readonly JsonObject[];
}
