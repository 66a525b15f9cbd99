import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoleRule, RoleRules } from '../config/config.js';
import { ROLES } from './caller.js';
import { compileRoleRules } from './role-rules.js';

const rules = (overrides: Partial<RoleRules> = {}): RoleRules => ({
  superAdmin: [],
  manageSources: [],
  manageRegistries: [],
  manageEntries: [],
  ...overrides,
});

describe('compileRoleRules', () => {
  const grants = (rule: RoleRule, claims: Record<string, unknown>): boolean =>
    compileRoleRules(rules({ manageEntries: [rule] }))(claims).has('manageEntries');

  it('grants all roles to everyone without rules', () => {
    expect([...compileRoleRules(undefined)({})]).toEqual([...ROLES]);
  });

  it.each<[RoleRule, Record<string, unknown>, boolean]>([
    [{ role: 'writer' }, { role: 'writer' }, true],
    [{ role: 'writer' }, { role: ['reader', 'writer'] }, true],
    [{ role: ['writer', 'editor'] }, { role: 'editor' }, true],
    [{ role: 'writer' }, { role: 'Writer' }, false],
    [{ role: 'writer' }, {}, false],
    [{ role: 'writer', org: 'acme' }, { role: 'writer' }, false],
    [{ role: 'writer', org: 'acme' }, { role: 'writer', org: 'acme' }, true],
    [{ 'realm_access.roles': 'x' }, { realm_access: { roles: 'x' } }, false],
    [{ 'realm_access.roles': 'x' }, { 'realm_access.roles': ['x'] }, true],
    [{ level: 5 }, { level: 5 }, false],
    [{ role: [] }, { role: 'x' }, false],
    [{ role: null }, { role: null }, false],
    [{ role: ['x', 5] }, { role: [5, 'x'] }, true],
    [{ role: ['y', 5] }, { role: [5, 'x'] }, false],
    [{}, { role: 'x' }, false],
    [{ constructor: 'x' }, {}, false],
  ])('the rule %j over the claims %j: %s', (rule, claims, expected) => {
    expect(grants(rule, claims)).toBe(expected);
  });

  it('grants a role when any of its rules matches', () => {
    const resolve = compileRoleRules(rules({ superAdmin: [{ sub: 'root' }, { groups: 'admins' }] }));

    expect([...resolve({ groups: ['admins'] })]).toEqual(['superAdmin']);
    expect([...resolve({ sub: 'someone' })]).toEqual([]);
  });

  it('lists several roles in the fixed order', () => {
    const rule = [{ role: 'x' }];
    const resolve = compileRoleRules({
      manageEntries: rule,
      manageRegistries: rule,
      manageSources: rule,
      superAdmin: rule,
    });

    expect([...resolve({ role: 'x' })]).toEqual([...ROLES]);
  });

  it('never takes a role away when a caller holds more values', () => {
    const values = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
    const claims = fc.dictionary(fc.constantFrom('k', 'l', 'm'), values);
    fc.assert(
      fc.property(claims, claims, claims, (rule, held, more) => {
        const widened = Object.fromEntries(
          [...new Set([...Object.keys(held), ...Object.keys(more)])].map((key) => [
            key,
            [...(held[key] ?? []), ...(more[key] ?? [])],
          ]),
        );

        if (grants(rule, held)) expect(grants(rule, widened)).toBe(true);
      }),
    );
  });
});
