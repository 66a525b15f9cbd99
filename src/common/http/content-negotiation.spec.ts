import { describe, expect, it } from 'vitest';
import { acceptedCoding, matchesEtag } from './content-negotiation.js';

describe('acceptedCoding', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip', 'gzip'],
    ['deflate', 'deflate'],
    ['deflate, gzip', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0, deflate;q=0.5', 'deflate'],
    ['*', 'gzip'],
    ['GZIP', 'gzip'],
    ['br', undefined],
  ])('of %j is %j', (header, coding) => {
    expect(acceptedCoding(header)).toBe(coding);
  });
});

describe('matchesEtag', () => {
  it.each([
    [undefined, false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['"a-gzip"', true],
    ['W/"b", W/"a-deflate"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
  ])('compares %j weakly', (header, matches) => {
    const tags = { identity: '"a"', gzip: '"a-gzip"', deflate: '"a-deflate"' };

    expect(matchesEtag(header, tags)).toBe(matches);
  });
});
