import { describe, expect, it } from 'vitest';
import { parseQueryString } from './query-string.js';

describe('parseQueryString', () => {
  it.each([
    ['', {}],
    ['a=1&b=2', { a: ['1'], b: ['2'] }],
    ['a=1&a=2', { a: ['1', '2'] }],
    ['a=', { a: [''] }],
    ['a', { a: [''] }],
    ['a=b=c', { a: ['b=c'] }],
    ['search=a;b', { search: ['a;b'] }],
    ['v=1.0.0+build', { v: ['1.0.0 build'] }],
    ['v=1.0.0%2Bbuild', { v: ['1.0.0+build'] }],
    ['&&a=1&', { a: ['1'] }],
  ])('reads %j', (query, parameters) => {
    expect(Object.fromEntries(parseQueryString(query))).toEqual(parameters);
  });

  it.each(['limit=%zz', 'a=%ff', 'search=%00', '%=1'])('refuses %j', (query) => {
    expect(() => parseQueryString(query)).toThrow();
  });
});
