import { isHttpUrl, parseAbsoluteUrl } from '../config/absolute-url.js';
import { findInvalidDuration } from '../config/checks/duration.checks.js';
import { Report } from '../config/checks/report.js';
import { checkApi, checkGit } from '../config/checks/source-settings.checks.js';
import { findInvalidNamespace } from '../config/namespaces.js';
import { ProblemList } from '../config/problem.js';
import type { FileSettings, KubernetesSettings, SourceSettings } from '../model/source-settings.js';
import { invalidSource } from './rule-helpers.js';

/**
 * Checks the settings of a source that comes over the API (admin-api spec 4.3, 4.4 and B9, ahead.md P4). Git and api
 * sources obey the rules of the configuration file; an api endpoint has to be an http(s) URL besides.
 * @throws InvalidInputError naming the member and what was expected
 */
export function assertValidSettings(settings: SourceSettings): void {
  const problem = findInvalidSetting(settings);
  if (problem !== undefined) throw invalidSource(problem);
}

function findInvalidSetting(settings: SourceSettings): string | undefined {
  switch (settings.kind) {
    case 'git':
      return firstProblem((report) => checkGit(settings.git, report));
    case 'api':
      return (
        firstProblem((report) => checkApi(settings.api, report)) ??
        findInvalidUrl('api.endpoint', settings.api.endpoint)
      );
    case 'file':
      return findInvalidFile(settings.file);
    case 'managed':
      return undefined;
    case 'kubernetes':
      return findInvalidNamespaces(settings.kubernetes);
  }
}

function findInvalidNamespaces({ namespaces = [] }: KubernetesSettings): string | undefined {
  const invalid = findInvalidNamespace(namespaces);
  return invalid && `kubernetes.namespaces: ${invalid}`;
}

function firstProblem(check: (report: Report) => void): string | undefined {
  const problems = new ProblemList();
  check(new Report(problems, [], ''));
  return problems.all[0]?.message;
}

function findInvalidUrl(member: string, text: string): string | undefined {
  if (isHttpUrl(text)) return undefined;
  if (parseAbsoluteUrl(text) instanceof URL) return `${member} must use http or https scheme`;
  return `${member} must be an absolute URL with host`;
}

function findInvalidFile(file: FileSettings): string | undefined {
  const given = [file.path, file.url, file.data].filter((member) => member !== undefined);
  if (given.length === 0) return 'file.path, file.url, or file.data is required';
  if (given.length > 1) return 'file.path, file.url, and file.data are mutually exclusive';
  const { url, timeout } = file;
  if (timeout !== undefined && url === undefined) return 'file.timeout is only applicable when file.url is specified';
  const problem = url === undefined ? undefined : findInvalidUrl('file.url', url);
  if (problem !== undefined || timeout === undefined) return problem;
  const invalid = findInvalidDuration('file.timeout', timeout, { examples: "'30s', '1m'" });
  return invalid && `invalid file.timeout: ${invalid}`;
}
