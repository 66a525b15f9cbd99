import { describe, expect, it } from 'vitest';
import { assertTreePath, referenceFingerprint, wantedReference } from './git-reference.js';

const id = '0123456789'.repeat(4);

describe('wantedReference', () => {
  it.each([
    [{ branch: 'feature/x' }, { kind: 'ref', name: 'refs/heads/feature/x' }],
    [{ tag: 'v1' }, { kind: 'ref', name: 'refs/tags/v1' }],
    [{ commit: id.toUpperCase() }, { kind: 'commit', id }],
    [{}, { kind: 'ref', name: 'HEAD' }],
    [
      { branch: '', tag: 'v1' },
      { kind: 'ref', name: 'refs/tags/v1' },
    ],
  ])('reads %o', (settings, reference) => {
    expect(wantedReference({ repository: 'r', ...settings })).toEqual(reference);
  });

  it('refuses contradicting settings and abbreviated ids', () => {
    expect(() => wantedReference({ repository: 'r', branch: 'a', tag: 'b' })).toThrow(
      'only one of branch, tag, or commit',
    );
    expect(() => wantedReference({ repository: 'r', commit: 'abc' })).toThrow('full commit id');
  });
});

describe('referenceFingerprint', () => {
  const refs = new Map([
    ['refs/heads/a', '1'],
    ['refs/tags/b', '2'],
  ]);

  it('is the object id of a reference', () => {
    expect(referenceFingerprint({ kind: 'ref', name: 'refs/tags/b' }, refs)).toBe('2');
    expect(referenceFingerprint({ kind: 'ref', name: 'refs/heads/b' }, refs)).toBeUndefined();
  });

  it('stands for all branches and tags when a commit is wanted, in any order', () => {
    const before = referenceFingerprint({ kind: 'commit', id }, refs);

    expect(referenceFingerprint({ kind: 'commit', id }, new Map([...refs].toReversed()))).toBe(before);
    expect(referenceFingerprint({ kind: 'commit', id }, new Map([...refs, ['refs/heads/c', '3']]))).not.toBe(before);
  });
});

describe('assertTreePath', () => {
  it.each(['registry.json', 'a/b c/d.json', '.hidden', '..a'])('accepts %s', (path) => {
    expect(() => assertTreePath(path)).not.toThrow();
  });

  it.each(['/registry.json', './registry.json', '../registry.json', 'a//b', 'a/', 'a/../b', 'a\nb', 'a\0b'])(
    'refuses %j',
    (path) => {
      expect(() => assertTreePath(path)).toThrow('file not found');
    },
  );
});
