import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, MAX_PATTERN_LENGTH } from './glob.js';

/** Tries all possibilities on the text of the pattern itself; exponential, so for short inputs only. */
function matchesNaively(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [first = '', ...others] = pattern;
  const rest = others.join('');
  if (first === '*') return matchesNaively(rest, text) || (text !== '' && matchesNaively(pattern, text.slice(1)));
  if (first === '{') {
    const { branches, rest: after } = splitBraces(rest);
    return branches.some((branch) => matchesNaively(branch + after, text));
  }
  if (text === '') return false;
  if (first === '?') return matchesNaively(rest, text.slice(1));
  if (first === '[') {
    const end = rest.indexOf(']');
    const isNegated = rest.startsWith('!');
    const set = rest.slice(isNegated ? 1 : 0, end);
    return isInSet(set, text[0]!) !== isNegated && matchesNaively(rest.slice(end + 1), text.slice(1));
  }
  if (first === '\\') return text[0] === rest[0] && matchesNaively(rest.slice(1), text.slice(1));
  return text[0] === first && matchesNaively(rest, text.slice(1));
}

function isInSet(set: string, character: string): boolean {
  const range = /^(.)-(.)$/.exec(set);
  return range ? character >= range[1]! && character <= range[2]! : set.includes(character);
}

function splitBraces(text: string): { branches: string[]; rest: string } {
  const branches = [''];
  let depth = 0;
  for (let index = 0; ; index++) {
    const character = text[index]!;
    if (character === '\\') {
      branches[branches.length - 1] += character + text[++index]!;
      continue;
    }
    if (character === '}' && depth === 0) return { branches, rest: text.slice(index + 1) };
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (character === ',' && depth === 0) branches.push('');
    else branches[branches.length - 1] += character;
  }
}

const pieces = fc.letrec<{ pattern: string; piece: string; braces: string }>((tie) => ({
  pattern: fc.array(tie('piece'), { maxLength: 4 }).map((parts) => parts.join('')),
  piece: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', '/', '*', '?', '\\*', '\\a', '[ab]', '[!a]', '[a-b]', '[!b-/]'.replace('b-/', '/-a')),
    tie('braces'),
  ),
  braces: fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }).map((branches) => `{${branches.join(',')}}`),
}));

describe('compileGlob', () => {
  it.each([
    ['*', 'a/b', true],
    ['**', '', true],
    ['io*web', 'io.other/web', true],
    ['io.**', 'io.example/db', true],
    ['a/b*', 'a/b', true],
    ['a?b', 'a/b', true],
    ['a?b', 'ab', false],
    ['?', '🚀', true],
    ['db-[mx]*', 'db-mysql', true],
    ['db-[mx]*', 'db-postgres', false],
    ['a/[a-c]', 'a/b', true],
    ['a/[a-c]', 'a/d', false],
    ['[!m]', 'p', true],
    ['[!m]', 'm', false],
    ['[!m]', '/', true],
    ['[^a]', '^', true],
    ['[^a]', 'b', false],
    ['[a-]', '-', true],
    ['[-a]', '-', true],
    ['[\\]]', ']', true],
    ['[🚀-🚂]', '🚁', true],
    ['{io.other,com.acme}/*', 'com.acme/Web', true],
    ['{io.{other,nothing},a}/*', 'io.other/w', true],
    ['{io.{other,nothing},a}/*', 'a/b', true],
    ['{io.{other,nothing},a}/*', 'io.third/x', false],
    ['{a,a/b}c', 'a/bc', true],
    ['a{,b}', 'a', true],
    ['a{}', 'a', true],
    ['{a*,?b}c', 'xbc', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['\\{a,b\\}', '{a,b}', true],
    ['{a\\,b}', 'a,b', true],
    ['a,b', 'a,b', true],
    ['a}b]', 'a}b]', true],
    ['*/web', 'com.acme/Web', false],
    ['io.example', 'io.example/db', false],
    ['io.example.db', 'io.example/db', false],
    ['a', ' a', false],
    ['', '', false],
    ['', 'a', false],
    ['a+', 'aa', false],
    ['a.b$', 'a.b$', true],
  ])('of %j against %j is %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it('agrees with a matcher that tries all possibilities', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', '/', '*', 'c'), { maxLength: 6 }).map((parts) => parts.join(''));

    fc.assert(
      fc.property(pieces.pattern, texts, (pattern, text) => {
        fc.pre(pattern !== '' && pattern.length <= 30);
        expect(compileGlob(pattern)(text)).toBe(matchesNaively(pattern, text));
      }),
      { numRuns: 3000 },
    );
  });

  it('gives the same answers whatever it was asked before', () => {
    const matches = compileGlob('{a,b}*c');

    const answers = ['ac', 'x', 'bxc', '', 'ac', 'abcd', 'bc'].map((text) => matches(text));

    expect(answers).toEqual([true, false, true, false, true, false, true]);
  });

  it.each([
    ['[abc', 'unterminated "["'],
    ['[', 'unterminated "["'],
    ['[a\\', 'trailing "\\"'],
    ['[]', 'empty set of characters'],
    ['[!]', 'empty set of characters'],
    ['[c-a]', 'range of characters in descending order'],
    ['{a,b', 'unterminated "{"'],
    ['{a{b,c}', 'unterminated "{"'],
    ['a\\', 'trailing "\\"'],
    ['a'.repeat(MAX_PATTERN_LENGTH + 1), `longer than ${MAX_PATTERN_LENGTH} characters`],
  ])('refuses %j', (pattern, message) => {
    expect(() => compileGlob(pattern)).toThrow(message);
  });

  it.each([
    ['stars', '*a'.repeat(500) + 'b'],
    ['alternatives', '{a,aa}'.repeat(170)],
    ['stars in alternatives', `${'{a*,*a}'.repeat(140)}b`],
  ])('does not slow down on a hostile pattern of %s', (_what, pattern) => {
    const matches = compileGlob(pattern);
    const begin = performance.now();

    matches('a'.repeat(400));

    expect(performance.now() - begin).toBeLessThan(2000);
  });
});
