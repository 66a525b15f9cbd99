import { describe, expect, it } from 'vitest';
import { findUnstorable, storableText } from './storable-text.js';

describe('findUnstorable', () => {
  it.each([
    ['', undefined],
    ['a\\u0000 \u{1f600}', undefined],
    ['a\0b', 'must not contain U+0000'],
    ['a\ud83d', 'must be well-formed Unicode (it holds an unpaired surrogate)'],
  ])('says of %j: %s', (text, problem) => {
    expect(findUnstorable(text)).toBe(problem);
  });
});

describe('storableText', () => {
  it.each([
    ['as it is', 100, 'as it is'],
    ['a\0b', 100, 'a\\u0000b'],
    ['\ude00', 100, '\ufffd'],
    ['abc', 2, 'ab'],
    // The cut itself must not leave half a character.
    ['a\u{1f600}', 2, 'a\ufffd'],
  ])('makes of %j, at most %i long: %j', (text, maxLength, stored) => {
    expect(storableText(text, maxLength)).toBe(stored);
    expect(findUnstorable(stored)).toBeUndefined();
  });
});
