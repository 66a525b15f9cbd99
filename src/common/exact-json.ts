import { InvalidInputError } from './errors.js';
import { errorText } from './error-text.js';
import { findUnstorable } from './storable-text.js';

/** Any value that JSON can express. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** Deeper documents are refused: writing them again would overflow the stack. */
const MAX_DEPTH = 200;

interface Visit {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

function childPath(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

/** How messages call what stands at a path. */
function named(path: string): string {
  return path || 'the value';
}

function findUnstorableText(text: string, path: string): string | undefined {
  const problem = findUnstorable(text);
  return problem && `${named(path)} ${problem}`;
}

function findProblem(root: unknown): { problem: string } | { hasSuspects: boolean } {
  let hasSuspects = false;
  const stack: Visit[] = [{ value: root, path: '', depth: 0 }];
  for (let visit = stack.pop(); visit; visit = stack.pop()) {
    const { value, path, depth } = visit;
    if (typeof value === 'string') {
      const problem = findUnstorableText(value, path);
      if (problem) return { problem };
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) return { problem: `${named(path)} is a number out of range` };
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) hasSuspects = true;
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= MAX_DEPTH) return { problem: `${path} is nested deeper than ${MAX_DEPTH} levels` };
      for (const [key, member] of Object.entries(value)) {
        const problem = findUnstorableText(key, childPath(path, JSON.stringify(key)));
        if (problem) return { problem };
        stack.push({ value: member, path: childPath(path, key), depth: depth + 1 });
      }
    }
  }
  return { hasSuspects };
}

const UNSAFE_INTEGER = Symbol('an integer that a double cannot keep');

/** Path of the first integer that a double cannot keep; `1e300` is spelled as a float and passes. */
function findUnsafeInteger(text: string): string | undefined {
  // The third argument (ES2025 "JSON.parse source text access") gives the number as it was written.
  const reviver = (_key: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    return /^-?\d+$/.test(context?.source ?? '') ? UNSAFE_INTEGER : value;
  };
  return pathOfUnsafeInteger(JSON.parse(text, reviver), '');
}

function pathOfUnsafeInteger(value: unknown, path: string): string | undefined {
  if (value === UNSAFE_INTEGER) return path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = pathOfUnsafeInteger(member, childPath(path, key));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Parses JSON that will be stored and given back as it came (ahead.md P1). Refuses what would silently change or cannot
 * be stored: integers beyond 2^53, numbers out of range, U+0000, unpaired surrogates, and nesting beyond 200 levels.
 * @param text - one JSON value with optional white space around it; a byte-order mark is a syntax error
 * @throws InvalidInputError whose message names the member by its dotted path, or the syntax error
 */
export function parseExactJson(text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new InvalidInputError(`not valid JSON: ${errorText(error)}`, {
      cause: error,
    });
  }
  const found = findProblem(value);
  if ('problem' in found) throw new InvalidInputError(found.problem);
  const path = found.hasSuspects ? findUnsafeInteger(text) : undefined;
  if (path !== undefined) {
    throw new InvalidInputError(`${named(path)} is an integer beyond 2^53, which cannot be kept exactly`);
  }
  return value;
}

/**
 * Decodes UTF-8 strictly.
 * @throws InvalidInputError when the bytes are not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new InvalidInputError('not valid UTF-8', { cause: error });
  }
}
