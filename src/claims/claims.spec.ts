import { describe, expect, it } from 'vitest';
import { claimsKey, contains, findInvalidClaim, sameClaims, visibleTo, type Claims } from './claims.js';

describe('the two matching rules', () => {
  it.each<[string, Claims | undefined, Record<string, unknown>, boolean, boolean]>([
    ['one key, held', { org: 'acme' }, { org: 'acme', team: 'platform' }, true, true],
    [
      'one of two values held',
      { org: 'acme', team: ['platform', 'data'] },
      { org: 'acme', team: 'platform' },
      true,
      false,
    ],
    ['all values held', { team: ['platform', 'data'] }, { team: ['platform', 'data', 'x'] }, true, true],
    ['another value', { org: 'acme', team: 'data' }, { org: 'acme', team: 'platform' }, false, false],
    ['an empty list and the key held', { team: [] }, { team: 'platform' }, true, true],
    ['an empty list and a number held', { team: [] }, { team: 7 }, true, true],
    ['an empty list and the key missing', { dept: [] }, { org: 'acme' }, false, false],
    ['a number held', { level: '3' }, { level: 3 }, false, false],
    ['a list with other things held', { level: '3' }, { level: [3, '3', null] }, true, true],
    ['another letter case', { org: 'Acme' }, { org: 'acme' }, false, false],
    ['another key case', { orgId: 'a' }, { orgid: 'a' }, false, false],
    ['no claims', undefined, { org: 'acme' }, false, false],
    ['an empty object', {}, { org: 'acme' }, false, false],
    ['a key of Object.prototype', { constructor: [] }, {}, false, false],
  ])('%s', (_name, resource, caller, isVisible, isContained) => {
    expect(visibleTo(caller, resource)).toBe(isVisible);
    expect(contains(caller, resource)).toBe(isContained);
  });

  it('denies a stored value that cannot be decided', () => {
    const broken = { level: 3 } as unknown as Claims;

    expect(visibleTo({ level: 3 }, broken)).toBe(false);
    expect(contains({ level: '3' }, broken)).toBe(false);
  });
});

describe('sameClaims', () => {
  it.each<[Claims | undefined, Claims | undefined, boolean]>([
    [{ a: 'b' }, { a: ['b'] }, true],
    [{ a: ['x', 'y'], b: 'z' }, { b: 'z', a: ['y', 'x', 'x'] }, true],
    [{}, undefined, true],
    [{ a: 'b' }, undefined, false],
    [{ a: [] }, {}, false],
    [{ a: 'b' }, { a: 'c' }, false],
  ])('of %j and %j is %s', (a, b, same) => {
    expect(sameClaims(a, b)).toBe(same);
    expect(claimsKey(a) === claimsKey(b)).toBe(same);
  });
});

describe('findInvalidClaim', () => {
  it.each([
    [{ a: 'x', b: ['y'], c: [], '': '' }, undefined],
    [{ good: 'x', team: 5 }, 'claim "team": value must be a string or array of strings'],
    [{ team: null }, 'claim "team": value must be a string or array of strings'],
    [{ team: { a: 'b' } }, 'claim "team": value must be a string or array of strings'],
    [{ team: ['a', 3] }, 'claim "team": array element [1] must be a string'],
  ])('of %j is %j', (claims, problem) => {
    expect(findInvalidClaim(claims)).toBe(problem);
  });
});
