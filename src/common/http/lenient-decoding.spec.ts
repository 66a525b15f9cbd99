import { describe, expect, it } from 'vitest';
import { decodeLeniently } from './lenient-decoding.js';

describe('decodeLeniently', () => {
  it.each([
    ['a%2Fb', 'a/b'],
    ['io.x%2Fa%2Bb', 'io.x/a+b'],
    ['a+b', 'a+b'],
    ['%C3%BC', 'ü'],
    ['100%', '100%'],
    ['%ff%2F', '%ff%2F'],
    ['', ''],
  ])('of %s is %s', (sent, shown) => {
    expect(decodeLeniently(sent)).toBe(shown);
  });
});
