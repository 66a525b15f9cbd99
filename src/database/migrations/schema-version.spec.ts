import { describe, expect, it } from 'vitest';
import { assertUsable } from './schema-version.js';

describe('assertUsable', () => {
  it.each([0, 1001, 1002])('accepts version %d when 1002 is the newest', (version) => {
    expect(() => assertUsable({ version, dirty: false }, 1002)).not.toThrow();
  });

  it.each([
    [1, false, 'thv-registry-api import'],
    [23, false, 'thv-registry-api import'],
    [23, true, 'thv-registry-api import'],
    [1001, true, 'marked dirty'],
    [1003, false, 'newer than this program knows (1002)'],
  ])('refuses version %d (dirty: %s)', (version, dirty, message) => {
    expect(() => assertUsable({ version, dirty }, 1002)).toThrow(message);
  });
});
