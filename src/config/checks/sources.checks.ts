import { findInvalidPattern } from '../../documents/filter.js';
import { SOURCE_KINDS, type SourceKind } from '../../model/source-settings.js';
import type { ProblemList } from '../problem.js';
import type { RawConfig, RawSource } from '../schema/config.schema.js';
import { SOURCE_NAME } from '../schema/sources.schema.js';
import { checkClaims } from './claims.checks.js';
import { findInvalidDuration } from './duration.checks.js';
import { Report } from './report.js';
import { checkApi, checkFile, checkGit } from './source-settings.checks.js';

const KINDS = 'git, api, file, managed, or kubernetes';

/** The kinds whose blocks a source of the file has. */
export function kindsOf(source: RawSource): SourceKind[] {
  return SOURCE_KINDS.filter((kind) => source[kind] !== undefined);
}

/** Checks `sources`, each in the order of operations spec 1.5. */
export function checkSources(sources: RawConfig['sources'], problems: ProblemList): void {
  if (!sources?.length) return problems.add(['sources'], 'at least one source must be configured');
  const names = new Set<string>();
  for (const [index, source] of sources.entries()) {
    checkName(source.name, index, names, problems);
    checkSource(source, new Report(problems, ['sources', index], `source[${index}] (${source.name ?? ''}): `));
  }
  const managed = sources.filter((source) => source.managed);
  if (managed.length > 1) {
    problems.add(['sources'], `at most one managed source is allowed, found ${managed.length}`);
  }
}

function checkName(name: string | undefined, index: number, names: Set<string>, problems: ProblemList): void {
  const report = new Report(problems, ['sources', index], `source[${index}]: `);
  if (!name) return report.add(['name'], 'name is required');
  if (!SOURCE_NAME.test(name)) {
    const rule = 'lowercase alphanumeric and hyphens, max 63 chars';
    return report.add(['name'], `name '${name}' must be a valid DNS subdomain (${rule})`);
  }
  if (names.has(name)) report.add(['name'], `duplicate source name '${name}'`);
  names.add(name);
}

function checkSource(source: RawSource, report: Report): void {
  const kinds = kindsOf(source);
  const [kind] = kinds;
  if (kind === undefined) return report.add([], `one of ${KINDS} configuration must be specified`);
  if (kinds.length > 1) report.add([], `only one of ${KINDS} configuration may be specified`);
  if (kinds.some((each) => each !== 'managed' && each !== 'kubernetes')) checkSynchronised(source, report);
  else checkFormat(source, report);
  checkClaims(source.claims, report);
}

function checkSynchronised(source: RawSource, report: Report): void {
  checkSyncPolicy(source.syncPolicy, report);
  if (source.git) checkGit(source.git, report);
  if (source.api) checkApi(source.api, report);
  if (source.file) checkFile(source.file, report);
  checkFormat(source, report);
  checkFilter(source.filter, report);
}

function checkSyncPolicy(policy: RawSource['syncPolicy'], report: Report): void {
  const { interval, onInvalidEntry } = policy ?? {};
  const path = ['syncPolicy', 'interval'];
  if (!interval) report.add(path, 'syncPolicy.interval is required');
  else report.addIf(path, findInvalidDuration('syncPolicy.interval', interval, { examples: "'30m', '1h'" }));
  if (onInvalidEntry && !['fail', 'skip'].includes(onInvalidEntry)) {
    report.add(
      ['syncPolicy', 'onInvalidEntry'],
      `syncPolicy.onInvalidEntry must be 'fail' or 'skip', got '${onInvalidEntry}'`,
    );
  }
}

function checkFormat({ format, api }: RawSource, report: Report): void {
  if (!format) return;
  if (!['upstream', 'toolhive'].includes(format)) {
    return report.add(['format'], `format must be 'upstream' or 'toolhive', got '${format}'`);
  }
  if (api && format === 'toolhive') report.add(['format'], "format 'toolhive' is not supported for api sources");
}

function checkFilter(filter: RawSource['filter'], report: Report): void {
  for (const list of ['include', 'exclude'] as const) {
    for (const [index, pattern] of (filter?.names?.[list] ?? []).entries()) {
      const invalid = findInvalidPattern({ names: { [list]: [pattern] } });
      const message = invalid?.replace(`filter.names.${list}[0]`, `filter.names.${list}[${index}]`);
      report.addIf(['filter', 'names', list, index], message);
    }
  }
}
