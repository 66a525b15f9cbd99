import { within, type Path, type Problem } from './rules/problem.js';

/** Deeper values are refused: writing them again would overflow the stack. The same bound holds for request bodies. */
const MAX_DEPTH = 200;

/** Depth of a text that holds entries: they stand some levels below its root. */
const MAX_TEXT_DEPTH = MAX_DEPTH + 10;

/** Stands in a parsed value where the text had an integer that a double cannot keep. */
export class UnsafeInteger {}

/** A number of at least 16 digits (2^53 has 16) where JSON puts values; inside strings it is a false alarm that costs time only. */
const LONG_INTEGER = /[[:,\s]-?\d{16,}[\s,\]}]/;

/**
 * Parses JSON, putting {@link UnsafeInteger} where an integer beyond 2^53 stood, so that only the entry that holds it
 * becomes invalid (ahead.md P1, P3).
 * @throws SyntaxError
 */
export function parseMarkingJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!LONG_INTEGER.test(text)) return value;
  // Reviving recurses, so a text that holds something too deep must not get there.
  return isTooDeep(value) ? markByValue(value) : JSON.parse(text, markUnsafeInteger);
}

/** Marks every number that may have been an unsafe integer, however it was written, as deep as values may be at all. */
function markByValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'number') {
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? new UnsafeInteger() : value;
  }
  if (typeof value !== 'object' || value === null || depth >= MAX_TEXT_DEPTH) return value;
  if (Array.isArray(value)) return value.map((element) => markByValue(element, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, markByValue(member, depth + 1)]));
}

/** The third argument (ES2025 "JSON.parse source text access") gives the number as it was written. */
function markUnsafeInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(context?.source ?? '') ? new UnsafeInteger() : value;
}

function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth >= MAX_TEXT_DEPTH || Object.values(value).some((member) => isTooDeep(member, depth + 1));
}

function findTextProblem(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain U+0000';
  if (!text.isWellFormed()) return 'must be well-formed Unicode (it holds an unpaired surrogate)';
  return undefined;
}

function problem(text: string, path: Path = []): Problem {
  return { path, text };
}

/**
 * Finds what would change silently or cannot be stored when a value is written as JSON again: integers beyond 2^53,
 * numbers out of range, U+0000, unpaired surrogates, nesting beyond 200 levels. These are the rules of `parseExactJson`,
 * for one entry of a document.
 */
export function findInexactness(value: unknown, depth = 0): Problem | undefined {
  if (typeof value === 'string') {
    const found = findTextProblem(value);
    return found === undefined ? undefined : problem(found);
  }
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : problem('is a number out of range');
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof UnsafeInteger) return problem('is an integer beyond 2^53, which cannot be kept exactly');
  if (depth >= MAX_DEPTH) return problem(`is nested deeper than ${MAX_DEPTH} levels`);
  return Array.isArray(value) ? findInElements(value, depth) : findInMembers(value, depth);
}

function findInElements(elements: readonly unknown[], depth: number): Problem | undefined {
  for (let index = 0; index < elements.length; index++) {
    const found = findInexactness(elements[index], depth + 1);
    if (found) return within(index, found);
  }
  return undefined;
}

function findInMembers(value: object, depth: number): Problem | undefined {
  for (const key of Object.keys(value)) {
    const found =
      keyProblem(key) ?? within(key, findInexactness((value as Readonly<Record<string, unknown>>)[key], depth + 1));
    if (found) return found;
  }
  return undefined;
}

function keyProblem(key: string): Problem | undefined {
  const found = findTextProblem(key);
  return found === undefined ? undefined : problem(`has a member name that ${found}`);
}
