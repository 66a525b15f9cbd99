import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../common/errors.js';
import type { PutRegistryRequest } from './dto/put-registry.request.js';
import { assertValidRegistryName, readRegistryDefinition } from './registry-rules.js';

describe('readRegistryDefinition', () => {
  it('reads sources, claims and access', () => {
    const body: PutRegistryRequest = { sources: ['b', 'a'], claims: { team: ['x'] }, access: 'public' };

    expect(readRegistryDefinition('r', body)).toEqual({ name: 'r', ...body });
  });

  it('is private and without claims by default', () => {
    expect(readRegistryDefinition('r', { sources: ['a'], claims: {} })).toEqual({
      name: 'r',
      sources: ['a'],
      access: 'private',
    });
  });

  it.each<[PutRegistryRequest, string]>([
    [{}, 'at least one source is required'],
    [{ sources: [] }, 'at least one source is required'],
    [{ sources: ['a', 'b', 'a'] }, 'duplicate source: a'],
    [{ sources: ['a'], claims: { team: null } }, 'claim "team": value must be a string or array of strings'],
  ])('refuses %j', (body, message) => {
    expect(() => readRegistryDefinition('r', body)).toThrow(
      new InvalidInputError(`invalid registry configuration: ${message}`),
    );
  });
});

describe('assertValidRegistryName', () => {
  it.each(['default', 'Team_A.v2', 'x~y@1', 'équipe', '50%', 'a%2Fb', '...', 'x'.repeat(255)])('accepts %s', (name) => {
    expect(() => assertValidRegistryName(name)).not.toThrow();
  });

  it.each(['.', '..', 'a/b', 'a\u0001', 'a\u007fb', 'a\u0085', 'x'.repeat(256), 'é'.repeat(128)])(
    'refuses %j',
    (name) => {
      expect(() => assertValidRegistryName(name)).toThrow(/^invalid registry configuration: name /);
    },
  );
});
