import { describe, expect, it } from 'vitest';
import { bearerToken } from './bearer-token.js';

describe('bearerToken', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
    ['Bearer  abc', ' abc'],
    ['Bearer a b', 'a b'],
  ])('takes the token of "%s"', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer    ', 'Basic dXNlcjpwYXNz', 'abc.def.ghi', 'Bearertoken x'])(
    'finds no token in "%s"',
    (header) => {
      expect(bearerToken(header)).toBeUndefined();
    },
  );
});
