import { parseDurationNanoseconds } from '../../common/duration.js';
import { parseAbsoluteUrl } from '../absolute-url.js';
import type { ProblemList } from '../problem.js';
import type { RawConfig, RawProvider } from '../schema/config.schema.js';
import { Report } from './report.js';

type Auth = NonNullable<RawConfig['auth']>;

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);
const MAX_CLOCK_SKEW_NANOSECONDS = 2 * 60e9;

/** The mode that counts: oauth unless the block names another (operations spec R-6). */
export function authModeOf(auth: Auth): string {
  return auth.mode || 'oauth';
}

/** Checks `auth` in the order of operations spec 1.5; `auth.oauth` is looked at in mode oauth only. */
export function checkAuth(auth: RawConfig['auth'], insecureUrl: boolean, problems: ProblemList): void {
  if (!auth) return problems.add(['auth'], 'auth configuration is required');
  const mode = authModeOf(auth);
  if (mode !== 'anonymous' && mode !== 'oauth') {
    problems.add(['auth', 'mode'], `invalid auth.mode: ${mode} (must be 'anonymous' or 'oauth')`);
  }
  if (mode === 'oauth') checkOauth(auth.oauth, insecureUrl, problems);
  checkPublicPaths(auth.publicPaths, problems);
}

/** An empty path would make everything public, a padded one nothing: both are slips of a comma. */
function checkPublicPaths(paths: readonly string[] = [], problems: ProblemList): void {
  for (const [index, path] of paths.entries()) {
    if (path !== '' && path === path.trim()) continue;
    const message = `auth.publicPaths[${index}] must not be empty nor begin or end with white space`;
    problems.add(['auth', 'publicPaths', index], message);
  }
}

function checkOauth(oauth: Auth['oauth'], insecureUrl: boolean, problems: ProblemList): void {
  if (!oauth) return problems.add(['auth', 'oauth'], 'auth.oauth is required when mode is oauth');
  if (!oauth.providers?.length) {
    return problems.add(['auth', 'oauth', 'providers'], 'auth.oauth.providers is required when mode is oauth');
  }
  const names = new Set<string>();
  for (const [index, provider] of oauth.providers.entries()) {
    const prefix = `auth.oauth.providers[${index}]`;
    const report = new Report(problems, ['auth', 'oauth', 'providers', index], prefix);
    checkProvider(provider, insecureUrl, report);
    if (!provider.name) continue;
    if (names.has(provider.name)) report.add(['name'], `: duplicate provider name '${provider.name}'`);
    names.add(provider.name);
  }
}

function checkProvider(provider: RawProvider, insecureUrl: boolean, report: Report): void {
  if (!provider.name) report.add(['name'], '.name is required');
  if (!provider.issuerUrl) report.add(['issuerUrl'], '.issuerUrl is required');
  if (!provider.audience) report.add(['audience'], '.audience is required');
  if (provider.issuerUrl) report.addIf(['issuerUrl'], findInvalidIssuer(provider.issuerUrl, insecureUrl));
  checkClaimMappings(provider.claimMappings, report);
  if (provider.clockSkew) report.addIf(['clockSkew'], findInvalidClockSkew(provider.clockSkew));
}

function findInvalidIssuer(text: string, insecureUrl: boolean): string | undefined {
  const url = parseAbsoluteUrl(text);
  if (!(url instanceof URL)) return '.issuerUrl must be an absolute URL with host';
  if (url.protocol === 'https:' || insecureUrl || LOOPBACK_HOSTS.has(url.hostname)) return undefined;
  return '.issuerUrl must use HTTPS (set THV_REGISTRY_INSECURE_URL=true to allow HTTP)';
}

/** The members that a mapping's path names, outermost first; undefined when it is no path (ahead.md P14). */
export function claimPathOf(path: unknown): readonly string[] | undefined {
  const members: unknown = typeof path === 'string' ? path.split('.') : path;
  if (!Array.isArray(members) || members.length === 0) return undefined;
  return members.every((member): member is string => typeof member === 'string' && member !== '') ? members : undefined;
}

function checkClaimMappings(mappings: RawProvider['claimMappings'] = {}, report: Report): void {
  for (const [claim, path] of Object.entries(mappings)) {
    if (claimPathOf(path)) continue;
    const message = `.claimMappings: ${JSON.stringify(claim)} must be a path such as realm_access.roles, or a list of texts`;
    report.add(['claimMappings', claim], message);
  }
}

function findInvalidClockSkew(text: string): string | undefined {
  const nanoseconds = parseDurationNanoseconds(text);
  if (nanoseconds === undefined) return `.clockSkew must be a valid duration (e.g., '30s'): "${text}"`;
  if (nanoseconds < 0 || nanoseconds > MAX_CLOCK_SKEW_NANOSECONDS) return '.clockSkew must be between 0s and 2m';
  return undefined;
}
