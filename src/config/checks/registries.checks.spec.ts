import { describe, expect, it } from 'vitest';
import { loadFailure, loadTestConfig, type Change, inRegistry } from '../../../test/harness/test-config.js';

describe('the checks of registries', () => {
  it.each<[string, Change]>([
    ['several registries over one source', (c) => void c.registries.push({ name: 'second', sources: ['local'] })],
    ['a registry name with inner blanks and accents', inRegistry({ name: 'Größe 1' })],
  ])('accept %s', (_name, change) => {
    expect(() => loadTestConfig(change)).not.toThrow();
  });

  it.each<[string, Change, string]>([
    ['no registries', (c) => ({ ...c, registries: undefined }), 'at least one registry must be configured'],
    [
      'a claim list with a number',
      inRegistry({ claims: { level: ['a', 3] } }),
      'registries[0] (default): claim "level": array element [1] must be a string',
    ],
    ['a registry without a name', inRegistry({ name: '' }), 'registries[0]: name is required'],
    [
      'a duplicate registry name',
      (c) => void c.registries.push(c.registries[0]!),
      "registries[1]: duplicate registry name 'default'",
    ],
    [
      'a registry without sources',
      inRegistry({ sources: [] }),
      'registries[0] (default): at least one source is required',
    ],
    [
      'a registry with an unknown source',
      inRegistry({ sources: ['zz'] }),
      "registries[0] (default): references unknown source 'zz'",
    ],
    ['a registry name with a slash', inRegistry({ name: 'a/b' }), 'registries[0]: name "a/b" must not contain \'/\''],
    ['a registry named ..', inRegistry({ name: '..' }), "must not be '.' or '..'"],
    [
      'a registry name with a control character',
      inRegistry({ name: 'a\u0007' }),
      'must not contain control characters',
    ],
    ['a registry name with a blank at its end', inRegistry({ name: 'a ' }), 'must not begin or end with white space'],
    ['a registry name over 255 bytes', inRegistry({ name: 'é'.repeat(128) }), 'must not be longer than 255 bytes'],
    [
      'an unknown access',
      inRegistry({ access: 'open' }),
      "registries[0] (default): access must be 'private' or 'public', got 'open'",
    ],
  ])('refuse %s', (_name, change, message) => {
    expect(loadFailure(change)).toContain(message);
  });
});
