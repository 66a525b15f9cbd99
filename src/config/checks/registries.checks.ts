import { ProblemList, type Problem } from '../problem.js';
import type { RawConfig, RawRegistry } from '../schema/config.schema.js';
import { checkClaims } from './claims.checks.js';
import { Report } from './report.js';

const MAX_NAME_BYTES = 255;

/**
 * Says why a registry cannot have this name (operations spec R-4, admin-api spec B10).
 * @returns a clause such as `must not contain a slash`, or undefined
 */
export function findInvalidRegistryName(name: string): string | undefined {
  if (name === '.' || name === '..') return "must not be '.' or '..'";
  if (name.includes('/')) return "must not contain '/'";
  if (/\p{Cc}/u.test(name)) return 'must not contain control characters';
  if (name !== name.trim()) return 'must not begin or end with white space';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `must not be longer than ${MAX_NAME_BYTES} bytes`;
  return undefined;
}

/**
 * Finds registries that nobody can read: a start takes a space inside a name (operations spec R-4), a request does not
 * (consumer spec 2).
 */
export function findUnreachableRegistries(registries: RawConfig['registries'] = []): readonly Problem[] {
  const problems = new ProblemList();
  for (const [index, { name }] of registries.entries()) {
    if (!name?.trim().includes(' ')) continue;
    const place = `registries[${index}]: name ${JSON.stringify(name)}`;
    problems.add(['registries', index, 'name'], `${place} contains a space, so that no request can reach the registry`);
  }
  return problems.all;
}

/**
 * Checks `registries` in the order of operations spec 1.5.
 * @param sourceNames - names that registries may refer to; undefined when they are not known and references are not judged
 */
export function checkRegistries(
  registries: RawConfig['registries'],
  sourceNames: ReadonlySet<string> | undefined,
  problems: ProblemList,
): void {
  if (!registries?.length) return problems.add(['registries'], 'at least one registry must be configured');
  const names = new Set<string>();
  for (const [index, registry] of registries.entries()) {
    checkName(registry.name, index, names, problems);
    const prefix = `registries[${index}] (${registry.name ?? ''}): `;
    checkRegistry(registry, sourceNames, new Report(problems, ['registries', index], prefix));
  }
}

function checkName(name: string | undefined, index: number, names: Set<string>, problems: ProblemList): void {
  const report = new Report(problems, ['registries', index], `registries[${index}]: `);
  if (!name) return report.add(['name'], 'name is required');
  const invalid = findInvalidRegistryName(name);
  if (invalid !== undefined) return report.add(['name'], `name ${JSON.stringify(name)} ${invalid}`);
  if (names.has(name)) report.add(['name'], `duplicate registry name '${name}'`);
  names.add(name);
}

function checkRegistry(registry: RawRegistry, sourceNames: ReadonlySet<string> | undefined, report: Report): void {
  const sources = registry.sources ?? [];
  if (sources.length === 0) report.add(['sources'], 'at least one source is required');
  for (const [index, source] of sources.entries()) {
    if (sourceNames?.has(source) === false) report.add(['sources', index], `references unknown source '${source}'`);
  }
  checkClaims(registry.claims, report);
  const { access } = registry;
  if (access && access !== 'private' && access !== 'public') {
    report.add(['access'], `access must be 'private' or 'public', got '${access}'`);
  }
}
