import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { isHttpUrl, parseAbsoluteUrl } from '../absolute-url.js';
import type { RawSource } from '../schema/config.schema.js';
import { findInvalidDuration } from './duration.checks.js';
import type { Report } from './report.js';

type Git = NonNullable<RawSource['git']>;
type Api = NonNullable<RawSource['api']>;
type ApiAuth = NonNullable<Api['auth']>;
type File = NonNullable<RawSource['file']>;

const MAX_API_TIMEOUT = { nanoseconds: 5 * 60e9, text: '5m0s' };
const TIMEOUT_EXAMPLES = "'30s', '1m'";

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isAccessible(path: string): boolean {
  try {
    return exists(path);
  } catch {
    return false;
  }
}

/** Checks a git source (operations spec 1.4 and R-4). */
export function checkGit(git: Git, report: Report): void {
  if (!git.repository) report.add(['git', 'repository'], 'git.repository is required');
  if ([git.branch, git.tag, git.commit].filter(Boolean).length > 1) {
    report.add(['git'], 'git.branch, git.tag, and git.commit are mutually exclusive');
  }
  const { username, passwordFile } = git.auth ?? {};
  if (Boolean(username) !== Boolean(passwordFile)) {
    report.add(['git', 'auth'], 'git.auth.username and git.auth.passwordFile must both be specified');
  } else if (passwordFile && !isAbsolute(passwordFile)) {
    report.add(['git', 'auth', 'passwordFile'], 'git.auth.passwordFile must be an absolute path');
  } else if (passwordFile && !isAccessible(passwordFile)) {
    report.add(['git', 'auth', 'passwordFile'], `git.auth.passwordFile is not accessible: ${passwordFile}`);
  }
}

/** Checks an api source (operations spec 1.4, ahead.md P4). */
export function checkApi(api: Api, report: Report): void {
  if (!api.endpoint) report.add(['api', 'endpoint'], 'api.endpoint is required');
  const durations = [
    ['timeout', { examples: TIMEOUT_EXAMPLES, atMost: MAX_API_TIMEOUT }],
    ['passTimeout', { examples: "'15m'" }],
    ['fullSyncInterval', { examples: "'24h'" }],
  ] as const;
  for (const [key, limits] of durations) {
    const text = api[key];
    if (text) report.addIf(['api', key], findInvalidDuration(`api.${key}`, text, limits));
  }
  if (api.maxServers !== undefined && api.maxServers <= 0) {
    report.add(['api', 'maxServers'], 'api.maxServers must be greater than zero');
  }
  if (api.auth) checkApiAuth(api.auth, report);
}

function checkApiAuth(auth: ApiAuth, report: Report): void {
  const given = [auth.bearerTokenFile, auth.oauth2, auth.headers].filter(Boolean).length;
  if (given > 1) {
    report.add(
      ['api', 'auth'],
      'api.auth.bearerTokenFile, api.auth.oauth2, and api.auth.headers are mutually exclusive',
    );
  }
  if (auth.bearerTokenFile) checkSecretFile(['bearerTokenFile'], auth.bearerTokenFile, report);
  if (auth.oauth2) checkOauth2(auth.oauth2, report);
  for (const [name, path] of Object.entries(auth.headers ?? {})) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      report.add(['api', 'auth', 'headers', name], `api.auth.headers: ${JSON.stringify(name)} is no header name`);
    }
    checkSecretFile(['headers', name], path, report);
  }
}

function checkOauth2(oauth2: NonNullable<ApiAuth['oauth2']>, report: Report): void {
  for (const key of ['tokenUrl', 'clientId', 'clientSecretFile'] as const) {
    if (!oauth2[key]) report.add(['api', 'auth', 'oauth2', key], `api.auth.oauth2.${key} is required`);
  }
  if (oauth2.tokenUrl && !isHttpUrl(oauth2.tokenUrl)) {
    report.add(['api', 'auth', 'oauth2', 'tokenUrl'], 'api.auth.oauth2.tokenUrl must be an absolute http or https URL');
  }
  if (oauth2.clientSecretFile) checkSecretFile(['oauth2', 'clientSecretFile'], oauth2.clientSecretFile, report);
}

function checkSecretFile(path: readonly string[], file: unknown, report: Report): void {
  if (typeof file === 'string' && isAbsolute(file)) return;
  report.add(['api', 'auth', ...path], `api.auth.${path.join('.')} must be the absolute path of a file`);
}

/** Checks a file source; `file.timeout` only counts together with `file.url`. */
export function checkFile(file: File, report: Report): void {
  if (!file.path && !file.url) return report.add(['file'], 'file.path or file.url is required');
  if (file.path && file.url) return report.add(['file'], 'file.path and file.url are mutually exclusive');
  if (!file.url) return;
  report.addIf(['file', 'url'], findInvalidFileUrl(file.url));
  if (!file.timeout) return;
  report.addIf(['file', 'timeout'], findInvalidDuration('file.timeout', file.timeout, { examples: TIMEOUT_EXAMPLES }));
}

function findInvalidFileUrl(text: string): string | undefined {
  const url = parseAbsoluteUrl(text);
  if (url === undefined) return 'file.url must be an absolute URL with host';
  if (url === 'invalid') return 'file.url is invalid';
  return isHttpUrl(text) ? undefined : 'file.url must use http or https scheme';
}
