import { describe, expect, it } from 'vitest';
import { passBasis, type ClaimedSource, type PassHistory } from './claimed-source.js';
import { passFingerprint } from './source-content.js';

const settings = { kind: 'file', file: { path: '/x' } } as const;

function claimed(history: Partial<PassHistory>, change: Partial<ClaimedSource> = {}): ClaimedSource {
  return {
    id: 1,
    name: 'src',
    creationType: 'CONFIG',
    settings,
    lease: 'l',
    history: {
      contentHash: 'h',
      settingsHash: passFingerprint({ settings }, 100),
      attemptCount: 0,
      fetchState: { a: 1 },
      rejected: [],
      rejectedCount: 0,
      ...history,
    },
    ...change,
  };
}

describe('passBasis', () => {
  it('is the pass before, if that succeeded with the same definition', () => {
    expect(passBasis(claimed({}), passFingerprint({ settings }, 100))).toEqual({
      contentHash: 'h',
      fetchState: { a: 1 },
      rejected: [],
      rejectedCount: 0,
    });
  });

  it.each([
    ['passes have failed since', claimed({ attemptCount: 1 })],
    ['nothing was ever stored', claimed({ settingsHash: null })],
    ['the definition has changed', claimed({}, { filter: {} })],
    ['the limit was another', claimed({ settingsHash: passFingerprint({ settings }, 99) })],
  ])('is nothing when %s', (_what, source) => {
    expect(passBasis(source, passFingerprint(source, 100))).toBeUndefined();
  });
});
