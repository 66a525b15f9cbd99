import { isJsonObject, type JsonObject } from '../../common/json-object.js';
import { within, type Problem } from './problem.js';
import type { TextFormat } from './formats.js';

/**
 * One row of the tables in sync spec 3, in two strengths: documents of sources must keep all of it, published ones (admin-api spec 6)
 * only the types of the members, where `null` counts as an absent member.
 */
export interface Rule {
  /** The first thing wrong with the value. */
  readonly check: (value: unknown) => Problem | undefined;
  /** The first member whose type is wrong; lengths, patterns, choices and missing members are not looked at. */
  readonly checkTypes: (value: unknown) => Problem | undefined;
  /** The value without those members of the table that are `null`. */
  readonly withoutNulls: (value: unknown) => unknown;
}

function problem(text: string): Problem {
  return { path: [], text };
}

/** A rule that needs no look inside the value. */
function plainRule(check: Rule['check'], checkTypes: Rule['checkTypes']): Rule {
  return { check, checkTypes, withoutNulls: (value) => value };
}

function typeRule(expected: string, hasType: (value: unknown) => boolean): Rule {
  const check = (value: unknown) => (hasType(value) ? undefined : problem(`must be ${expected}`));
  return plainRule(check, check);
}

/**
 * Whether a text has more than so many characters (code points), as JSON Schema counts. A character is one UTF-16 unit or
 * two, so that counting is needed only in between.
 */
function isLongerThan(text: string, characters: number): boolean {
  if (text.length <= characters) return false;
  return text.length > 2 * characters || Array.from(text).length > characters;
}

/** What a text must keep besides being one; lengths in characters. */
export interface TextRules {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly format?: TextFormat;
  readonly oneOf?: readonly string[];
  readonly not?: string;
}

function findTextProblem(text: string, rules: TextRules): string | undefined {
  const { min, max, pattern, format, oneOf, not } = rules;
  if (max !== undefined && isLongerThan(text, max)) return `must have at most ${max} characters`;
  if (min === 1 && text === '') return 'must not be empty';
  if (min !== undefined && !isLongerThan(text, min - 1)) return `must have at least ${min} characters`;
  if (oneOf && !oneOf.includes(text)) return `must be one of ${oneOf.map((choice) => `"${choice}"`).join(', ')}`;
  if (not !== undefined && text === not) return `must not be "${not}"`;
  if (pattern && !pattern.test(text)) return `must match ${pattern.source}`;
  if (format && !format.matches(text)) return `must be ${format.name}`;
  return undefined;
}

/** A string. */
export function text(rules: TextRules = {}): Rule {
  const isText = typeRule('a string', (value) => typeof value === 'string');
  return plainRule((value) => {
    if (typeof value !== 'string') return isText.check(value);
    const found = findTextProblem(value, rules);
    return found === undefined ? undefined : problem(found);
  }, isText.checkTypes);
}

/** `true` or `false`. */
export const FLAG = typeRule('a boolean', (value) => typeof value === 'boolean');

/** Anything that JSON can express. */
export const ANYTHING = plainRule(
  () => undefined,
  () => undefined,
);

/** A number, or a whole one, within bounds. */
export function number(rules: { integer?: boolean; min?: number; max?: number } = {}): Rule {
  const isNumber = rules.integer
    ? typeRule('an integer', (value) => Number.isInteger(value))
    : typeRule('a number', (value) => typeof value === 'number');
  return plainRule((value) => {
    if (typeof value !== 'number' || isNumber.check(value)) return isNumber.check(value);
    if (rules.min !== undefined && value < rules.min) return problem(`must be at least ${rules.min}`);
    if (rules.max !== undefined && value > rules.max) return problem(`must be at most ${rules.max}`);
    return undefined;
  }, isNumber.checkTypes);
}

/** The first problem of any element. */
function firstOfElements(value: unknown, find: (element: unknown) => Problem | undefined): Problem | undefined {
  if (!Array.isArray(value)) return problem('must be an array');
  for (let index = 0; index < value.length; index++) {
    const found = find(value[index]);
    if (found) return within(index, found);
  }
  return undefined;
}

/** An array whose elements all keep one rule. */
export function list(element: Rule, rules: { unique?: boolean } = {}): Rule {
  return {
    check(value) {
      const found = firstOfElements(value, element.check);
      if (found || !rules.unique || new Set(value as unknown[]).size === (value as unknown[]).length) return found;
      return problem('must not hold a value twice');
    },
    checkTypes: (value) => firstOfElements(value, element.checkTypes),
    withoutNulls(value) {
      if (!Array.isArray(value)) return value;
      return value.map((item: unknown) => element.withoutNulls(item));
    },
  };
}

/** An object with members of known names; others are `others`' business, by default nobody's. */
export function object(members: Readonly<Record<string, Rule>>, required: readonly string[] = [], others?: Rule): Rule {
  const rows = Object.entries(members);
  const isRequired = new Set(required);
  const findOther = (value: JsonObject): Problem | undefined => {
    if (!others) return undefined;
    for (const key of Object.keys(value)) {
      const found = Object.hasOwn(members, key) ? undefined : others.check(value[key]);
      if (found) return within(key, found);
    }
    return undefined;
  };
  return {
    check(value) {
      if (!isJsonObject(value)) return problem('must be an object');
      for (const [key, rule] of rows) {
        const member = value[key];
        if (member === undefined) {
          if (isRequired.has(key)) return { path: [key], text: 'is required', isMissing: true };
          continue;
        }
        const found = rule.check(member);
        if (found) return within(key, found);
      }
      return findOther(value);
    },
    checkTypes(value) {
      if (!isJsonObject(value)) return problem('must be an object');
      for (const [key, rule] of rows) {
        const member = value[key];
        const found = member === undefined || member === null ? undefined : rule.checkTypes(member);
        if (found) return within(key, found);
      }
      return undefined;
    },
    withoutNulls(value) {
      if (!isJsonObject(value)) return value;
      const cleaned = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
        if (!Object.hasOwn(members, key)) return [[key, member]];
        return member === null ? [] : [[key, members[key]?.withoutNulls(member)]];
      });
      // fromEntries defines members, so that a key such as `__proto__` stays an ordinary one.
      return Object.fromEntries(cleaned);
    },
  };
}

/** An object whose values, under any key, all keep one rule. */
export function map(element: Rule): Rule {
  const find = (value: unknown, findIn: Rule['check']): Problem | undefined => {
    if (!isJsonObject(value)) return problem('must be an object');
    for (const key of Object.keys(value)) {
      const found = findIn(value[key]);
      if (found) return within(key, found);
    }
    return undefined;
  };
  return {
    check: (value) => find(value, element.check),
    checkTypes: (value) => find(value, element.checkTypes),
    withoutNulls(value) {
      if (!isJsonObject(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, element.withoutNulls(member)]));
    },
  };
}

/** An object whose rules depend on its string member `key`; `shape` has the types of all variants' members. */
export function variant(key: string, cases: Readonly<Record<string, Rule>>, shape: Rule): Rule {
  const discriminator = object({ [key]: text({ oneOf: Object.keys(cases) }) }, [key]);
  return {
    check: (value) =>
      discriminator.check(value) ?? cases[(value as Readonly<Record<string, string>>)[key] ?? '']?.check(value),
    checkTypes: shape.checkTypes,
    withoutNulls: shape.withoutNulls,
  };
}

/** Both rules must be kept; types and members are those of the first. */
export function both(first: Rule, second: Rule['check']): Rule {
  return { ...first, check: (value) => first.check(value) ?? second(value) };
}

/** A rule that published documents have to keep in full, too. */
export function alwaysChecked(rule: Rule): Rule {
  return { ...rule, checkTypes: rule.check };
}

/** An object that is free-form when published and keeps the rule only in documents of sources. */
export function freeWhenPublished(rule: Rule): Rule {
  return { ...rule, checkTypes: FREE_OBJECT.checkTypes, withoutNulls: (value) => value };
}

/** An object with any members. */
export const FREE_OBJECT = typeRule('an object', isJsonObject);
