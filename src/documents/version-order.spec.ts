import { describe, expect, it } from 'vitest';
import { compareVersions, isNewer, latestIndex } from './version-order.js';

describe('compareVersions', () => {
  it.each([
    ['1.10.0', '1.9.0'],
    ['2.0.0-rc1', '1.10.0'],
    ['2.0.0', '2.0.0-beta.1'],
    ['v2.0.0', 'v1.0.0'],
    ['v2', '1.9.9'],
    ['1.2', '1.1.9'],
    ['1.0.0-alpha.1', '1.0.0-alpha'],
    ['1.0.0-alpha.beta', '1.0.0-alpha.1'],
    ['1.0.0-beta.11', '1.0.0-beta.2'],
    ['1.0.0-rc.1', '1.0.0-beta.11'],
    ['1.0.10', '1.0.02'],
    ['99999999999999999999.0.0', '99999999999999999998.0.0'],
    ['1.0.0-99999999999999999999', '1.0.0-99999999999999999998'],
  ])('puts the semantic version %s above %s', (newer, older) => {
    expect(compareVersions(newer, older)).toBeGreaterThan(0);
    expect(compareVersions(older, newer)).toBeLessThan(0);
  });

  it.each([
    ['abc', '1.0.0'],
    ['abd', 'abc'],
    ['latest', '^1.0.0'],
    ['2', '1.0.0.0'],
    ['9.0.0.0', '10.0.0'],
    ['V1.0.0', '2.0.0'],
    ['1.0.0-', '1.0.0'],
    ['\u{10000}', '\uffff'],
  ])('compares %s and %s as plain strings by code point', (greater, lesser) => {
    expect(compareVersions(greater, lesser)).toBeGreaterThan(0);
    expect(compareVersions(lesser, greater)).toBeLessThan(0);
  });

  it.each([
    ['1.0.0', 'v1.0.0'],
    ['1.0.0+a', '1.0.0+b'],
    ['1', '1.0.0'],
    ['01.0.0', '1.0.0'],
    ['abc', 'abc'],
  ])('holds %s and %s for equal', (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
    expect(isNewer(a, b)).toBe(false);
    expect(isNewer(b, a)).toBe(false);
  });
});

describe('latestIndex', () => {
  it.each<[string, string[], number]>([
    ['the greatest version', ['1.0.0', '0.9.0', '1.10.0', '1.9.0'], 2],
    ['the first of equal ones', ['1.0.0', 'v1.0.0', '1.0.0+x'], 0],
    ['a pre-release like any version', ['1.10.0', '2.0.0-rc.1'], 1],
    ['the champion of a mixture, in stored order', ['2.0.0', 'abc', '3.0.0'], 1],
    ['another one when the order is another', ['abc', '2.0.0', '3.0.0'], 0],
    ['the only version', ['x'], 0],
    ['nothing among no versions', [], -1],
  ])('finds %s', (_what, versions, expected) => {
    expect(latestIndex(versions)).toBe(expected);
  });
});
