import { describe, expect, it } from 'vitest';
import { editDistance, suggest } from './suggestion.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', '', 3],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['abc', 'abcd', 1],
    ['kitten', 'sitting', 3],
  ])('from %j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('suggest', () => {
  const known = ['name', 'git', 'api', 'syncPolicy', 'filter', 'claims'];

  it.each([
    ['sycnPolicy', 'syncPolicy'],
    ['sync', 'syncPolicy'],
    ['syncpolicies', 'syncPolicy'],
    ['FILTERS', 'filter'],
    ['claim', 'claims'],
    ['gti', 'git'],
  ])('takes %s for %s', (word, meant) => {
    expect(suggest(word, known)).toBe(meant);
  });

  it.each(['bogus', 'x', 'url', 'interval'])('has no idea what %s means', (word) => {
    expect(suggest(word, known)).toBeUndefined();
  });
});
