import { describe, expect, it } from 'vitest';
import { resolveVersion, shownValue } from './entry-version.js';
import { imageTag, packageVersion } from './image.js';

const DIGEST = `sha256:${'b'.repeat(64)}`;

describe('the versions of an image', () => {
  it.each([
    ['ghcr.io/e/x:latest', '1.0.0', 'latest'],
    ['ghcr.io/e/x', '1.0.0', 'latest'],
    ['registry.internal:5000/db', '1.0.0', '5000/db'],
    [`ghcr.io/e/x@${DIGEST}`, '1.0.0', DIGEST],
    [`ghcr.io/e/x:1.4.2@${DIGEST}`, '1.4.2', DIGEST],
    ['ghcr.io/e/x:1.2', '1.0.0', '1.2'],
    ['ghcr.io/e/x:v1.2.3-rc.1', 'v1.2.3-rc.1', 'v1.2.3-rc.1'],
    ['ghcr.io/e/x:1.2.3-alpine3.20', '1.2.3-alpine3.20', '1.2.3-alpine3.20'],
    ['ghcr.io/e/x:01.2.3', '1.0.0', '01.2.3'],
    ['registry.internal:5000/team/full:v3.0.1', 'v3.0.1', 'v3.0.1'],
    ['', '1.0.0', 'latest'],
  ])('of %j are %j for the entry and %j for the package', (image, entryVersion, ofPackage) => {
    expect(resolveVersion(undefined, imageTag(image)).version).toBe(entryVersion);
    expect(packageVersion(image)).toBe(ofPackage);
  });
});

describe('resolveVersion', () => {
  it.each([
    'latest',
    '^1.2.3',
    '1.0.0+build5',
    'V9.0.0',
    'vv9.0.0',
    '1.0.0-01',
    '1.0.0-',
    '1.0.0-a..b',
    '1.2.3\n4',
    'x',
  ])('passes over the annotation %j and says so', (annotation) => {
    expect(resolveVersion(annotation, '1.2.3')).toEqual({ version: '1.2.3', isAnnotationUnusable: true });
  });

  it.each([
    ['', '1.2.3'],
    ['   ', '1.2.3'],
    [undefined, '1.2.3'],
    ['  3.1.0  ', '3.1.0'],
    ['v9.0.0', 'v9.0.0'],
    ['1.0.0-0a', '1.0.0-0a'],
    ['1.0.0--', '1.0.0--'],
    ['0.0.0-alpha.0', '0.0.0-alpha.0'],
  ])('makes %j to %j, and complains of nothing', (annotation, version) => {
    expect(resolveVersion(annotation, '1.2.3')).toEqual({ version, isAnnotationUnusable: false });
  });

  it('takes 255 characters, but not 256', () => {
    const longest = `1.0.0-${'a'.repeat(249)}`;

    expect(resolveVersion(longest, '1.2.3').version).toBe(longest);
    expect(resolveVersion(`${longest}a`, '1.2.3')).toEqual({ version: '1.2.3', isAnnotationUnusable: true });
  });

  it('falls back to 1.0.0 without a tag', () => {
    expect(resolveVersion(undefined, undefined).version).toBe('1.0.0');
  });
});

describe('shownValue', () => {
  it('shows 64 bytes at most, cut between characters', () => {
    expect(shownValue('a'.repeat(64))).toBe('a'.repeat(64));
    expect(shownValue('a'.repeat(65))).toBe(`${'a'.repeat(64)}…`);
    expect(shownValue(`${'a'.repeat(63)}éé`)).toBe(`${'a'.repeat(63)}…`);
  });
});
