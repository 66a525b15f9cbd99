import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, LAST_NAMESPACE } from './cursor.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const own = (value: unknown): string => `~${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !value.includes('\u0000'));

describe('cursors', () => {
  it('come back as they were written, in letters that need no percent-encoding', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('after' as const, 'before' as const),
        text,
        text,
        fc.string(),
        fc.dictionary(fc.constantFrom('search', 'tag'), fc.oneof(text, fc.array(text))),
        (direction, name, version, namespace, parameters) => {
          fc.pre(!namespace.includes('\u0000'));
          const cursor = { position: { direction, name, version, namespace }, parameters: { ...parameters } };

          const written = encodeCursor(cursor);

          expect(written).toMatch(/^[A-Za-z0-9._~-]+$/);
          expect(decodeCursor(written)).toEqual(cursor);
        },
      ),
    );
  });
});

describe('cursors of the old form', () => {
  const after = (name: string, version: string) => ({
    position: { direction: 'after', name, version, namespace: LAST_NAMESPACE },
    parameters: {},
  });

  it.each([
    ['padded', base64('io.example/beta,1.9.0'), after('io.example/beta', '1.9.0')],
    ['with two pads', base64('io.example/b,1.9.0'), after('io.example/b', '1.9.0')],
    ['not padded', base64('io.example/b,1.9.0').replace(/=+$/, ''), after('io.example/b', '1.9.0')],
    ['of a version with a comma', base64('io.example/b,1,5'), after('io.example/b', '1,5')],
    ['with a slash', base64('io.example/???,1'), after('io.example/???', '1')],
    [
      'with a plus that arrived as a space',
      base64('io.example/a~~>,1.0').replaceAll('+', ' '),
      after('io.example/a~~>', '1.0'),
    ],
    ['of text beyond ASCII', base64('io.example/ü,1.0'), after('io.example/ü', '1.0')],
  ])('are read: %s', (_, cursor, expected) => {
    expect(decodeCursor(cursor)).toEqual(expected);
  });
});

describe('anything else', () => {
  it.each([
    ['no base64', '!!!'],
    ['text beyond ASCII', '€'],
    ['base64 of a wrong length', 'abcde'],
    ['base64 without a comma', base64('abc')],
    ['base64 without a name', base64(',1.0')],
    ['base64 without a version', base64('io.example/a,')],
    ['base64 with U+0000', base64('\u0000,')],
    ['base64 with U+0000 in the version', base64('a,1\u0000')],
    ['base64 of bytes that are no UTF-8', Buffer.from([0xff, 0x2c, 0x31]).toString('base64')],
    ['the mark alone', '~'],
    ['no JSON', `~${Buffer.from('{').toString('base64url')}`],
    ['no array', own({})],
    ['null', own(null)],
    ['an unknown direction', own(['x', 'a', '1', '', {}])],
    ['a name that is no text', own(['n', 1, '1', '', {}])],
    ['a missing version', own(['n', 'a'])],
    ['a name with U+0000', own(['n', 'a\u0000', '1', '', {}])],
    ['parameters that are no object', own(['n', 'a', '1', '', []])],
    ['a parameter that is a number', own(['n', 'a', '1', '', { search: 1 }])],
    ['a parameter with U+0000', own(['n', 'a', '1', '', { search: 'a\u0000' }])],
    ['a list with something else than texts', own(['n', 'a', '1', '', { tag: ['a', 1] }])],
    ['characters that base64url does not have', `${own(['n', 'a', '1', '', {}])}!`],
  ])('is refused: %s', (_, cursor) => {
    expect(() => decodeCursor(cursor)).toThrow('Invalid cursor parameter');
  });
});
