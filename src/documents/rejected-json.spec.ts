import { describe, expect, it } from 'vitest';
import { rejectedJson } from './rejected-json.js';

describe('rejectedJson', () => {
  it('is null when nothing was rejected', () => {
    expect(rejectedJson([])).toBeNull();
  });

  it('keeps what PostgreSQL cannot store in a form that it can', () => {
    const rejected = [{ name: 'a\0b', version: '1\ud800', path: '/\0', reason: `\ud800${'x'.repeat(5000)}` }];

    const json = rejectedJson(rejected);

    const [entry] = JSON.parse(json ?? '') as Record<string, string>[];
    expect(entry).toEqual({
      name: 'a\\u0000b',
      version: '1\ufffd',
      path: '/\\u0000',
      reason: `\ufffd${'x'.repeat(1999)}`,
    });
  });

  it('keeps the first 50 only', () => {
    const rejected = Array.from({ length: 51 }, (_, index) => ({
      name: `${index}`,
      version: '1',
      path: '',
      reason: '',
    }));

    expect(JSON.parse(rejectedJson(rejected) ?? '')).toHaveLength(50);
  });
});
