import { describe, expect, it } from 'vitest';
import { parseEntryName } from './entry-name.js';

describe('parseEntryName', () => {
  it.each([
    ['server', 'io.example/a', { namespace: '', name: 'io.example/a' }],
    ['server', 'a', { namespace: '', name: 'a' }],
    ['skill', 'a', { name: 'a' }],
    ['skill', 'io.example/a', { namespace: 'io.example', name: 'a' }],
    ['plugin', 'io.example/a/b', { namespace: 'io.example', name: 'a/b' }],
    ['plugin', '/a', { namespace: '', name: 'a' }],
  ] as const)('reads the name of a %s %s', (kind, name, expected) => {
    expect(parseEntryName(kind, name)).toEqual(expected);
  });
});
