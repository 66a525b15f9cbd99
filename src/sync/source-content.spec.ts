import { describe, expect, it } from 'vitest';
import { contentFingerprint, invalidEntryPolicy, type SourceContent } from './source-content.js';

const content: SourceContent = { settings: { kind: 'git', git: { repository: 'https://h/r', path: 'a' } } };

describe('contentFingerprint', () => {
  it('does not depend on the order of members, nor on how absence is spelled', () => {
    const reordered: SourceContent = {
      settings: { git: { path: 'a', repository: 'https://h/r' }, kind: 'git' },
      format: null,
      filter: null,
      onInvalidEntry: null,
    };

    expect(contentFingerprint(reordered)).toBe(contentFingerprint(content));
  });

  it.each<[string, Partial<SourceContent>]>([
    ['the settings', { settings: { kind: 'git', git: { repository: 'https://h/r', path: 'b' } } }],
    ['the format', { format: 'toolhive' }],
    ['the filter', { filter: { names: { include: ['a'] } } }],
    ['the order of a filter list', { filter: { names: { include: ['b', 'a'] } } }],
    ['the policy', { onInvalidEntry: 'skip' }],
  ])('changes with %s', (_what, change) => {
    expect(contentFingerprint({ ...content, ...change })).not.toBe(contentFingerprint(content));
  });
});

describe('invalidEntryPolicy', () => {
  it('is what the source says, else skip for api and fail for the others', () => {
    const api: SourceContent = { settings: { kind: 'api', api: { endpoint: 'https://h' } } };

    expect(invalidEntryPolicy(api)).toBe('skip');
    expect(invalidEntryPolicy({ ...api, onInvalidEntry: 'fail' })).toBe('fail');
    expect(invalidEntryPolicy(content)).toBe('fail');
  });
});
