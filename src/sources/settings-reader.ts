import type { ApiAuthSettings, SourceSettings } from '../model/source-settings.js';
import type { PutSourceRequest } from './dto/put-source.request.js';
import type {
  ApiAuthRequest,
  ApiSettingsRequest,
  FileSettingsRequest,
  GitAuthRequest,
  GitSettingsRequest,
  KubernetesSettingsRequest,
} from './dto/source-settings.request.js';
import { compact, givenText, invalidSource } from './rule-helpers.js';

/**
 * The one kind block of a body with its known members, empty ones left out; nothing in it has been checked yet.
 * @throws InvalidInputError when there is no block, or more than one
 */
export function readSettings(body: PutSourceRequest): SourceSettings {
  const found: SourceSettings[] = [];
  if (body.git) found.push({ kind: 'git', git: readGit(body.git) });
  if (body.api) found.push({ kind: 'api', api: readApi(body.api) });
  if (body.file) found.push({ kind: 'file', file: readFile(body.file) });
  if (body.managed) found.push({ kind: 'managed', managed: {} });
  if (body.kubernetes) found.push({ kind: 'kubernetes', kubernetes: readKubernetes(body.kubernetes) });
  const [settings, second] = found;
  if (!settings) throw invalidSource('one of git, api, file, managed, or kubernetes must be specified');
  if (second) throw invalidSource('only one source type may be specified');
  return settings;
}

function readGit(git: GitSettingsRequest): { repository: string } {
  return compact({
    repository: git.repository ?? '',
    branch: givenText(git.branch),
    tag: givenText(git.tag),
    commit: givenText(git.commit),
    path: givenText(git.path),
    auth: readGitAuth(git.auth),
  });
}

function readGitAuth(auth: GitAuthRequest | null | undefined): object | undefined {
  const username = givenText(auth?.username);
  const passwordFile = givenText(auth?.passwordFile);
  return username === undefined && passwordFile === undefined ? undefined : compact({ username, passwordFile });
}

function readApi(api: ApiSettingsRequest): { endpoint: string } {
  return compact({
    endpoint: api.endpoint ?? '',
    timeout: givenText(api.timeout),
    auth: readApiAuth(api.auth),
    passTimeout: givenText(api.passTimeout),
    maxServers: api.maxServers ?? undefined,
    fullSyncInterval: givenText(api.fullSyncInterval),
  });
}

function readApiAuth(auth: ApiAuthRequest | null | undefined): ApiAuthSettings | undefined {
  const oauth2 = auth?.oauth2 && {
    tokenUrl: auth.oauth2.tokenUrl ?? '',
    clientId: auth.oauth2.clientId ?? '',
    clientSecretFile: auth.oauth2.clientSecretFile ?? '',
    scopes: auth.oauth2.scopes ?? undefined,
    audience: givenText(auth.oauth2.audience),
  };
  const read = compact({
    bearerTokenFile: givenText(auth?.bearerTokenFile),
    oauth2: oauth2 ? compact(oauth2) : undefined,
    headers: (auth?.headers ?? undefined) as Record<string, string> | undefined,
  });
  return Object.keys(read).length === 0 ? undefined : read;
}

function readFile(file: FileSettingsRequest): object {
  return compact({
    path: givenText(file.path),
    url: givenText(file.url),
    data: givenText(file.data),
    timeout: givenText(file.timeout),
  });
}

function readKubernetes(kubernetes: KubernetesSettingsRequest): { namespaces?: string[] } {
  return compact({ namespaces: kubernetes.namespaces ?? kubernetes.Namespaces ?? undefined });
}
