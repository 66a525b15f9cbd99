import { compareCodePoints } from '../common/code-point-order.js';

/** A version that parses as a loose semantic version; numbers are digit strings without leading zeros. */
interface SemanticVersion {
  readonly numbers: readonly [string, string, string];
  /** Dot-separated identifiers; empty for a release. */
  readonly preRelease: readonly string[];
}

const LOOSE_SEMANTIC =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

function parseSemantic(version: string): SemanticVersion | undefined {
  const match = LOOSE_SEMANTIC.exec(version);
  if (!match) return undefined;
  const [, major = '0', minor = '0', patch = '0', preRelease] = match;
  return {
    numbers: [withoutLeadingZeros(major), withoutLeadingZeros(minor), withoutLeadingZeros(patch)],
    preRelease: preRelease === undefined ? [] : preRelease.split('.'),
  };
}

function withoutLeadingZeros(digits: string): string {
  return digits.length > 1 && digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits;
}

/** Compares digit strings as numbers of any size. */
function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Semantic Versioning 2.0.0, 11.4: numeric identifiers by value and below the others, which go by ASCII. */
function compareIdentifiers(a: string, b: string): number {
  const aIsNumeric = /^\d+$/.test(a);
  const bIsNumeric = /^\d+$/.test(b);
  if (aIsNumeric && bIsNumeric) return compareDigits(withoutLeadingZeros(a), withoutLeadingZeros(b));
  if (aIsNumeric !== bIsNumeric) return aIsNumeric ? -1 : 1;
  return compareCodePoints(a, b);
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareSemantic(a: SemanticVersion, b: SemanticVersion): number {
  for (const index of [0, 1, 2] as const) {
    const order = compareDigits(a.numbers[index], b.numbers[index]);
    if (order !== 0) return order;
  }
  return comparePreReleases(a.preRelease, b.preRelease);
}

/**
 * Compares two versions (consumer spec 4): by semantic precedence when both parse as loose semantic versions (optional
 * `v`, one to three numbers, optional pre-release; build metadata does not count), otherwise as plain strings by code
 * point. Not transitive over a mixture of both, so "the greatest" is decided by {@link latestIndex}.
 * @returns negative, zero or positive
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  const left = parseSemantic(a);
  const right = left && parseSemantic(b);
  return left && right ? compareSemantic(left, right) : compareCodePoints(a, b);
}

/** Whether version `a` is strictly newer than version `b`; versions of equal precedence are not. */
export function isNewer(a: string, b: string): boolean {
  return compareVersions(a, b) > 0;
}

/**
 * Finds the latest version of an entry: the first is the initial champion, each later one replaces it only when newer
 * (ahead.md "Order of versions").
 * @param versions - versions of one entry in stored order
 * @returns its index; -1 when there are no versions
 */
export function latestIndex(versions: readonly string[]): number {
  const [first] = versions;
  if (first === undefined) return -1;
  let champion = first;
  let championIndex = 0;
  for (let index = 1; index < versions.length; index++) {
    const challenger = versions[index];
    if (challenger === undefined || !isNewer(challenger, champion)) continue;
    champion = challenger;
    championIndex = index;
  }
  return championIndex;
}
