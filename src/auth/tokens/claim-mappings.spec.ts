import { describe, expect, it } from 'vitest';
import { applyClaimMappings } from './claim-mappings.js';

const token = {
  sub: 'someone',
  roles: ['top-level'],
  level: 'top-level',
  realm_access: { roles: ['a', 'b'], level: 5, admin: true, nested: { deep: 'x' } },
  'https://example.com/groups': ['g', 7, false],
};

describe('applyClaimMappings', () => {
  it('gives the claims themselves when there is nothing to map', () => {
    expect(applyClaimMappings(token, {})).toBe(token);
  });

  it.each<[string, string[], unknown]>([
    ['groups', ['realm_access', 'roles'], ['a', 'b']],
    ['groups', ['https://example.com/groups'], ['g', '7', 'false']],
    ['deep', ['realm_access', 'nested', 'deep'], 'x'],
    ['rank', ['realm_access', 'level'], '5'],
    ['admin', ['realm_access', 'admin'], 'true'],
    ['roles', ['realm_access', 'roles'], ['a', 'b']],
    ['level', ['realm_access', 'level'], '5'],
    ['copy', ['sub'], 'someone'],
  ])('maps %s from %j', (claim, path, value) => {
    expect(applyClaimMappings(token, { [claim]: path })).toEqual({ ...token, [claim]: value });
  });

  it.each<[string[]]>([
    [['nowhere']],
    [['realm_access', 'nowhere']],
    [['sub', 'length']],
    [['realm_access', 'roles', '0']],
    [['realm_access', 'constructor']],
  ])('leaves the claim out where the path %j leads nowhere, whatever the token says at its top', (path) => {
    const mapped = applyClaimMappings(token, { roles: path });

    expect(Object.keys(mapped)).toEqual(Object.keys(token).filter((claim) => claim !== 'roles'));
  });

  it('does not touch the token', () => {
    const before = structuredClone(token);

    applyClaimMappings(token, { roles: ['realm_access', 'roles'], sub: ['nowhere'] });

    expect(token).toEqual(before);
  });
});
