import type { Claims } from '../../claims/claims.js';
import { parseDurationNanoseconds } from '../../common/duration.js';
import {
  isSynchronised,
  type ApiAuthSettings,
  type ApiSettings,
  type FilterList,
  type GitSettings,
  type InvalidEntryPolicy,
  type SourceFilter,
  type SourceFormat,
  type SourceSettings,
} from '../../model/source-settings.js';
import type { RegistryDefinition, SourceDefinition } from '../config.js';
import type { RawRegistry, RawSource } from '../schema/config.schema.js';
import { compact } from './compact.js';

type RawApi = NonNullable<RawSource['api']>;
type RawGit = NonNullable<RawSource['git']>;

function buildGit(git: RawGit): GitSettings {
  const { auth, repository = '', ...rest } = git;
  const settings: GitSettings = { repository, ...compact(rest) };
  if (auth?.username && auth.passwordFile) {
    settings.auth = { username: auth.username, passwordFile: auth.passwordFile };
  }
  return settings;
}

function buildApiAuth(auth: NonNullable<RawApi['auth']>): ApiAuthSettings | undefined {
  const { bearerTokenFile, oauth2, headers } = auth;
  if (bearerTokenFile) return { bearerTokenFile };
  if (oauth2) {
    const { tokenUrl = '', clientId = '', clientSecretFile = '', scopes, audience } = oauth2;
    return { oauth2: { tokenUrl, clientId, clientSecretFile, ...compact({ scopes, audience }) } };
  }
  if (!headers || Object.keys(headers).length === 0) return undefined;
  return { headers: Object.fromEntries(Object.entries(headers).map(([name, file]) => [name, String(file)])) };
}

function buildApi(api: RawApi): ApiSettings {
  const { auth, endpoint = '', ...rest } = api;
  return { endpoint, ...compact({ ...rest, auth: auth && buildApiAuth(auth) }) };
}

function buildSettings(source: RawSource): SourceSettings {
  if (source.git) return { kind: 'git', git: buildGit(source.git) };
  if (source.api) return { kind: 'api', api: buildApi(source.api) };
  if (source.file) {
    const { path, url, timeout } = source.file;
    return { kind: 'file', file: compact({ path, url, timeout: url ? timeout : undefined }) };
  }
  if (source.kubernetes) {
    return { kind: 'kubernetes', kubernetes: compact({ namespaces: source.kubernetes.namespaces }) };
  }
  return { kind: 'managed', managed: {} };
}

function buildFilter(filter: RawSource['filter']): SourceFilter | undefined {
  const list = (raw: FilterList | undefined): FilterList | undefined => {
    const built = compact({ include: raw?.include, exclude: raw?.exclude });
    return Object.keys(built).length > 0 ? built : undefined;
  };
  const built = compact({ names: list(filter?.names), tags: list(filter?.tags) });
  return Object.keys(built).length > 0 ? built : undefined;
}

function intervalOf(source: RawSource): number {
  return Math.floor((parseDurationNanoseconds(source.syncPolicy?.interval ?? '') ?? 0) / 1000);
}

function buildClaims(claims: Readonly<Record<string, unknown>> | undefined): Claims | undefined {
  // The checks have refused everything that is no claim.
  return claims && Object.keys(claims).length > 0 ? (claims as Claims) : undefined;
}

/** Builds a source that has passed its checks. */
export function buildSource(source: RawSource): SourceDefinition {
  const settings = buildSettings(source);
  const base = { name: source.name ?? '', settings, ...compact({ claims: buildClaims(source.claims) }) };
  if (!isSynchronised(settings)) return base;
  return {
    ...base,
    intervalMicroseconds: intervalOf(source),
    ...compact({
      format: source.format as SourceFormat | undefined,
      filter: buildFilter(source.filter),
      onInvalidEntry: source.syncPolicy?.onInvalidEntry as InvalidEntryPolicy | undefined,
    }),
  };
}

/** Builds a registry that has passed its checks; a source that is named twice counts once. */
export function buildRegistry(registry: RawRegistry): RegistryDefinition {
  return {
    name: registry.name ?? '',
    sources: [...new Set(registry.sources)],
    ...compact({ claims: buildClaims(registry.claims) }),
    access: registry.access === 'public' ? 'public' : 'private',
  };
}
