import { describe, expect, it } from 'vitest';
import { findInexactness, parseMarkingJson } from './exactness.js';
import { sentence } from './rules/problem.js';

function problemOf(text: string): string | undefined {
  const problem = findInexactness(parseMarkingJson(text));
  return problem && sentence(problem);
}

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('findInexactness', () => {
  it.each([
    ['integers up to 2^53', '{"a":[9007199254740991,-9007199254740991]}'],
    ['large numbers written as floats', '{"a":[1e300,9007199254740993.0,9007199254740993e0]}'],
    ['long digits inside a string', '{"a":": 9007199254740993,"}'],
    ['escaped backslashes before u0000', String.raw`{"a":"\\u0000"}`],
    ['surrogate pairs', String.raw`{"a":"\ud83d\ude80"}`],
    ['200 levels', nested(200)],
  ])('lets %s pass', (_what, text) => {
    expect(problemOf(text)).toBeUndefined();
  });

  it.each([
    ['{"a":{"b":[0,9007199254740992]}}', 'a.b.1 is an integer beyond 2^53, which cannot be kept exactly'],
    ['{"a":\n-9007199254740993\n}', 'a is an integer beyond 2^53, which cannot be kept exactly'],
    ['{"a":1e400}', 'a is a number out of range'],
    [String.raw`{"a":["x\u0000"]}`, 'a.0 must not contain U+0000'],
    [String.raw`{"a":"\ud83d"}`, 'a must be well-formed Unicode (it holds an unpaired surrogate)'],
    [String.raw`{"a":{"\u0000":1}}`, 'a has a member name that must not contain U+0000'],
  ])('finds what is wrong in %j', (text, expected) => {
    expect(problemOf(text)).toBe(expected);
  });

  it.each([199, 300, 100_000])('finds a long integer beside something nested %i levels', (depth) => {
    const [, entry] = parseMarkingJson(`[${nested(depth)},{"a":[9007199254740993,1.5]}]`) as unknown[];

    expect(findInexactness(entry)?.path).toEqual(['a', 0]);
  });

  it('refuses deep nesting without overflowing the stack, also beside a long integer', () => {
    const deep = nested(100_000).replace('1', '9007199254740993');

    expect(problemOf(nested(201))).toMatch(/is nested deeper than 200 levels$/);
    expect(problemOf(deep)).toMatch(/is nested deeper than 200 levels$/);
  });
});
