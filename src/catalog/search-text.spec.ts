import { describe, expect, it } from 'vitest';
import { searchTextOf, searchWords } from './search-text.js';

function isFound(search: string, title: string): boolean {
  const text = searchTextOf('io.example/a', title, '', []);
  return searchWords(search).every((word) => text.includes(word));
}

describe('search texts', () => {
  it.each([
    ['STRAßE', 'Große Straße'],
    ['ΟΣ', 'ΛΟΣΑ'],
    ['λος', 'ΛΟΣΑ'],
    ['ΛΟΣΑ', 'λοσα'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδοσ', 'ΟΔΟΣ'],
  ])('finds %s in %s, whatever the case of its letters', (search, title) => {
    expect(isFound(search, title)).toBe(true);
  });

  it('does not reach from one field into the next', () => {
    expect(isFound('example/ab', 'b')).toBe(false);
  });
});
