import { textOf, isJsonObject, type JsonObject } from '../common/json-object.js';
import { within, type Problem } from './rules/problem.js';
import { text } from './rules/rule.js';
import { MAX_VERSION_LENGTH } from './rules/server-rules.js';

/** Longest namespace and name of a published skill or plugin, in characters; they have to fit an index of the database. */
const MAX_NAME_LENGTH = 255;

const BLANK_OR_CONTROL = /[\s\p{Cc}]/u;
/** As a segment of a path these are resolved by ordinary clients, which could never address the entry again. */
const DOT_SEGMENT = /^\.\.?$/;
const NO_DOT_SEGMENT = "must not be '.' or '..'";

const RANGE_OPERATOR = /^[\^~<>=*]/;

/** Of `1.x`, `1.*` and `x`: whether a number is left open. What follows `-` or `+` is no number. */
function hasOpenNumber(version: string): boolean {
  const [numbers = ''] = version.split(/[-+]/, 1);
  return numbers.split('.').some((number) => /^[xX*]$/.test(number));
}

/**
 * Says what is wrong with the version of a published entry: it must name one version, not the latest or a range
 * (admin-api spec B7).
 * @returns a predicate for the member `version`
 */
export function findPublishedVersionProblem(version: unknown): string | undefined {
  if (textOf(version) === '') return 'is required';
  const problem = findVersionTextProblem(textOf(version));
  if (problem !== undefined) return problem;
  if (DOT_SEGMENT.test(textOf(version))) return NO_DOT_SEGMENT;
  if (textOf(version).toLowerCase() === 'latest') return 'must name a version; "latest" is a keyword';
  if (RANGE_OPERATOR.test(textOf(version)) || hasOpenNumber(textOf(version))) {
    return 'must name one version, not a range';
  }
  return undefined;
}

function findVersionTextProblem(version: string): string | undefined {
  if (BLANK_OR_CONTROL.test(version)) return 'must not contain white space or control characters';
  return text({ max: MAX_VERSION_LENGTH }).check(version)?.text;
}

function findNameProblem(name: string): string | undefined {
  if (name === '') return 'is required';
  if (BLANK_OR_CONTROL.test(name) || name.includes('/')) {
    return 'must not contain white space, control characters or slashes';
  }
  if (DOT_SEGMENT.test(name)) return NO_DOT_SEGMENT;
  return text({ max: MAX_NAME_LENGTH }).check(name)?.text;
}

function memberProblem(member: string, found: string | undefined): Problem | undefined {
  return found === undefined ? undefined : { path: [member], text: found, isMissing: found === 'is required' };
}

const STATUS = text({ oneOf: ['active', 'deprecated', 'archived'] });
const REGISTRY_TYPE = text({ oneOf: ['oci', 'git'] });

function findPackageProblem(packages: unknown): Problem | undefined {
  if (!Array.isArray(packages)) return undefined;
  for (const [index, item] of packages.entries()) {
    const type = isJsonObject(item) ? textOf(item.registryType) : '';
    const found = within('packages', within(index, within('registryType', REGISTRY_TYPE.check(type))));
    if (found) return found;
  }
  return undefined;
}

/**
 * Says what is wrong with a skill or plugin that was published here or at an upstream registry: identity, status and
 * package types (admin-api spec 6.2 and B7). Types of members are checked before.
 */
export function findExtensionProblem(extension: JsonObject): Problem | undefined {
  const version = textOf(extension.version);
  return (
    memberProblem('namespace', findNameProblem(textOf(extension.namespace))) ??
    memberProblem('name', findNameProblem(textOf(extension.name))) ??
    memberProblem('version', version === '' ? 'is required' : findVersionTextProblem(version)) ??
    within('status', STATUS.check(textOf(extension.status).toLowerCase() || 'active')) ??
    findPackageProblem(extension.packages)
  );
}
