/** The kinds of sources; the kind is never written down in a configuration, it is the one block that is present. */
export type SourceKind = 'git' | 'api' | 'file' | 'managed' | 'kubernetes';

/** All source kinds, in the order in which messages list them. */
export const SOURCE_KINDS = ['git', 'api', 'file', 'managed', 'kubernetes'] as const satisfies readonly SourceKind[];

/** Who made a source or a registry: the configuration file or the administrative API. Fixed for its life. */
export type CreationType = 'CONFIG' | 'API';

/** The document format of a file or git source; absent means detected from the document. */
export type SourceFormat = 'upstream' | 'toolhive';

/** What a pass does with entries that fail validation (ahead.md P3). */
export type InvalidEntryPolicy = 'fail' | 'skip';

/** Settings of a git source (sync spec 2.2). At most one of branch, tag and commit. */
export interface GitSettings {
  repository: string;
  branch?: string;
  tag?: string;
  commit?: string;
  path?: string;
  auth?: { username?: string; passwordFile?: string };
}

/** Authentication towards an upstream registry (ahead.md P4): at most one member; secrets are named by file. */
export interface ApiAuthSettings {
  bearerTokenFile?: string;
  oauth2?: { tokenUrl: string; clientId: string; clientSecretFile: string; scopes?: string[]; audience?: string };
  /** Header name to the absolute path of the file that holds its value. */
  headers?: Record<string, string>;
}

/** Settings of an api source (sync spec 2.3, ahead.md P4). Durations are Go duration texts. */
export interface ApiSettings {
  endpoint: string;
  timeout?: string;
  auth?: ApiAuthSettings;
  passTimeout?: string;
  maxServers?: number;
  fullSyncInterval?: string;
}

/** Settings of a file source: exactly one of path, url and data (`data` over the administrative API only). */
export interface FileSettings {
  path?: string;
  url?: string;
  data?: string;
  /** Go duration text; only with `url`. */
  timeout?: string;
}

/** Settings of a kubernetes source; no namespaces means the watch namespace of the environment, or all. */
export interface KubernetesSettings {
  namespaces?: string[];
}

/** Include and exclude lists of a filter; an absent or empty list restricts nothing. */
export interface FilterList {
  include?: string[];
  exclude?: string[];
}

/** A source's filter: names are globs, tags are compared exactly (sync spec 4). */
export interface SourceFilter {
  names?: FilterList;
  tags?: FilterList;
}

/** The kind and the kind's settings, as stored in `source.type` and `source.config`. */
export type SourceSettings =
  | { kind: 'git'; git: GitSettings }
  | { kind: 'api'; api: ApiSettings }
  | { kind: 'file'; file: FileSettings }
  | { kind: 'managed'; managed: Record<string, never> }
  | { kind: 'kubernetes'; kubernetes: KubernetesSettings };

/** Whether the scheduler pulls this source: git, api, and files that have to be fetched (path or url). */
export function isSynchronised(settings: SourceSettings): boolean {
  switch (settings.kind) {
    case 'git':
    case 'api':
      return true;
    case 'file':
      return settings.file.data === undefined;
    case 'managed':
    case 'kubernetes':
      return false;
  }
}
