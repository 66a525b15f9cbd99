import type { ConfigNode, ScalarNode } from './file/config-node.js';

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** A coercion's result: the value, undefined for "absent", or what was expected instead. */
export type Coerced<T> = { readonly value: T | undefined } | { readonly expected: string };

function scalarOf(node: ConfigNode): ScalarNode | undefined {
  return node.kind === 'scalar' ? node : undefined;
}

function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** A text; numbers and booleans give the text as it is written in the file. */
export function toText(node: ConfigNode): Coerced<string> {
  const scalar = scalarOf(node);
  if (!scalar) return { expected: 'a text' };
  if (scalar.value === null) return { value: undefined };
  return { value: typeof scalar.value === 'string' ? scalar.value : scalar.source };
}

function numberOf(scalar: ScalarNode, pattern: RegExp): number {
  if (typeof scalar.value === 'number') return scalar.value;
  if (typeof scalar.value !== 'string') return Number.NaN;
  return pattern.test(scalar.value) ? Number(scalar.value) : Number.NaN;
}

/** A whole number; texts of digits count, fractions are cut off. */
export function toInteger(node: ConfigNode): Coerced<number> {
  const scalar = scalarOf(node);
  if (scalar?.value === null || scalar?.value === '') return { value: undefined };
  const value = scalar ? Math.trunc(numberOf(scalar, /^[+-]?\d+$/)) : Number.NaN;
  return Number.isSafeInteger(value) ? { value: value + 0 } : { expected: 'a whole number' };
}

/** A number; texts that are decimal numbers count. */
export function toNumber(node: ConfigNode): Coerced<number> {
  const scalar = scalarOf(node);
  if (scalar?.value === null || scalar?.value === '') return { value: undefined };
  const value = scalar ? numberOf(scalar, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i) : Number.NaN;
  return Number.isFinite(value) ? { value } : { expected: 'a number' };
}

/** A boolean; the texts `1 t T TRUE true True` and `0 f F FALSE false False` count, and so do numbers (0 is false). */
export function toFlag(node: ConfigNode): Coerced<boolean> {
  const value = scalarOf(node)?.value;
  if (value === null || value === '') return { value: undefined };
  if (typeof value === 'boolean') return { value };
  if (typeof value === 'number') return { value: value !== 0 };
  if (typeof value === 'string' && TRUE.has(value)) return { value: true };
  if (typeof value === 'string' && FALSE.has(value)) return { value: false };
  return { expected: 'true or false' };
}

/** A list of texts; a scalar is split at commas. */
export function toTexts(node: ConfigNode): Coerced<string[]> {
  const expected = { expected: 'a list of texts' };
  if (isNull(node)) return { value: undefined };
  const scalar = scalarOf(node);
  if (scalar) {
    const text = typeof scalar.value === 'string' ? scalar.value : scalar.source;
    return { value: text === '' ? [] : text.split(',') };
  }
  if (node.kind !== 'list') return expected;
  const values: string[] = [];
  for (const item of node.items) {
    const coerced = toText(item);
    if ('expected' in coerced) return expected;
    values.push(coerced.value ?? '');
  }
  return { value: values };
}

/** A boolean that comes from the environment only: everything but `1 t T TRUE true True` is false (operations spec 1.3). */
export function isTrueText(text: string | undefined): boolean {
  return text !== undefined && TRUE.has(text);
}
