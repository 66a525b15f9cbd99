import { describe, expect, it } from 'vitest';
import { cut, headerText } from './header-text.js';

const asNodeGivesIt = (text: string): string => Buffer.from(text).toString('latin1');

describe('headerText', () => {
  it.each([
    ['curl/8', 'curl/8'],
    ['x'.repeat(11), 'x'.repeat(10)],
    ['Müller', 'Müller'],
    ['ü'.repeat(6), 'ü'.repeat(5)],
    [`x${'ü'.repeat(5)}`, `x${'ü'.repeat(4)}`],
    ['ab😀😀😀', 'ab😀😀'],
    ['abc😀😀😀', 'abc😀'],
  ])('of %s is at most ten bytes: %s', (sent, text) => {
    expect(headerText(asNodeGivesIt(sent), 10)).toBe(text);
  });

  it('stays within its bytes when they are no UTF-8', () => {
    expect(headerText('\u00ff'.repeat(20), 10)).toBe('\uFFFD\uFFFD\uFFFD');
  });
});

describe('cut', () => {
  it.each([
    ['aü', 1, 'a'],
    ['aü', 2, 'a'],
    ['aü', 3, 'aü'],
    ['aü', 9, 'aü'],
    ['', 5, ''],
    ['ü', 0, ''],
  ])('%j to %i bytes', (text, bytes, expected) => {
    expect(cut(Buffer.from(text), bytes)).toBe(expected);
  });
});
