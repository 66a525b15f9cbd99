import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DigestTable } from './digest-table.js';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('DigestTable', () => {
  it('tells first, equal and different occurrences apart', () => {
    const table = new DigestTable();

    expect(table.add('a', hash('1'))).toBe('first');
    expect(table.add('b', hash('1'))).toBe('first');
    expect(table.add('a', hash('1'))).toBe('same');
    expect(table.add('a', hash('2'))).toBe('different');
    expect(table.add('a', hash('1'))).toBe('same');
  });

  it('remembers everything while it grows', () => {
    const table = new DigestTable();
    const keys = Array.from({ length: 20_000 }, (_, index) => `key ${index}`);

    expect(keys.every((key) => table.add(key, hash(key)) === 'first')).toBe(true);
    expect(keys.every((key) => table.add(key, hash(key)) === 'same')).toBe(true);
    expect(keys.every((key) => table.add(key, hash(`${key}!`)) === 'different')).toBe(true);
  });
});
