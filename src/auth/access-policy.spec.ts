import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claims } from '../claims/claims.js';
import { AccessPolicy } from './access-policy.js';
import { createCaller, type Role } from './caller.js';

const caller = (claims: Record<string, unknown>, ...roles: Role[]) => createCaller(claims, new Set(roles));
const policy = new AccessPolicy({ authenticates: true, authorizes: true });
const open = new AccessPolicy({ authenticates: true, authorizes: false });
const platform = caller({ org: 'acme', team: 'platform' });

describe('AccessPolicy', () => {
  // The table of auth spec 9.
  it.each<[Claims | null, Record<string, unknown>, boolean, boolean]>([
    [{ org: 'acme' }, { org: 'acme', team: 'platform' }, true, true],
    [{ org: 'acme', team: ['platform', 'data'] }, { org: 'acme', team: 'platform' }, true, false],
    [{ org: 'acme', team: ['platform', 'data'] }, { org: 'acme', team: ['platform', 'data', 'x'] }, true, true],
    [{ org: 'acme', team: 'data' }, { org: 'acme', team: 'platform' }, false, false],
    [{ org: 'acme', team: [] }, { org: 'acme', team: 'platform' }, true, true],
    [{ org: 'acme', team: [] }, { org: 'acme', team: 7 }, true, true],
    [{ org: 'acme', dept: [] }, { org: 'acme' }, false, false],
    [null, { org: 'acme' }, false, false],
    [{}, { org: 'acme' }, false, false],
    [{ org: 'Acme' }, { org: 'acme' }, false, false],
  ])('the resource %j and the caller %j: visible %s, writable %s', (resource, claims, visible, writable) => {
    expect(policy.sees(caller(claims), resource)).toBe(visible);
    const write = () => policy.assertMayWrite(caller(claims), resource);
    if (writable) expect(write).not.toThrow();
    else expect(write).toThrow(/^insufficient claims: /);
  });

  it.each<[string, AccessPolicy, ReturnType<typeof caller> | undefined]>([
    ['without a caller', policy, undefined],
    ['for a super-admin', policy, caller({}, 'superAdmin')],
    ['without authorisation', open, platform],
  ])('lets everything pass %s', (_name, access, who) => {
    for (const claims of [null, { org: 'contoso' }]) {
      expect(access.sees(who, claims)).toBe(true);
      expect(() => access.assertSees(who, claims)).not.toThrow();
      expect(() => access.assertMayWrite(who, claims)).not.toThrow();
    }
  });

  it('says what is wrong with new claims', () => {
    expect(() => policy.assertMayWrite(platform, {})).toThrow('insufficient claims: resource has no claims');
    expect(() => policy.assertMayWrite(platform, { org: 'x' })).toThrow(
      'insufficient claims: caller claims do not cover resource claims',
    );
  });

  it('names what cannot be referred to', () => {
    expect(() => policy.assertSees(platform, { org: 'x' }, ': cannot reference source s')).toThrow(
      'insufficient claims: caller claims do not cover resource claims: cannot reference source s',
    );
  });

  it('is not impressed by other roles than superAdmin', () => {
    const admin = caller({ org: 'acme' }, 'manageSources', 'manageRegistries', 'manageEntries');

    expect(policy.sees(admin, { org: 'contoso' })).toBe(false);
  });

  it('requires claims of what is published exactly when it authorises', () => {
    expect([policy.requiresClaims, open.requiresClaims]).toEqual([true, false]);
  });

  it('shows a caller everything that the caller may write', () => {
    const values = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 });
    const claimSet = fc.dictionary(fc.constantFrom('k', 'l', 'm'), fc.oneof(values, fc.constantFrom('a', 'b')));
    fc.assert(
      fc.property(claimSet, claimSet, (held, resource) => {
        const who = caller(held);
        const mayWrite = (): boolean => {
          try {
            policy.assertMayWrite(who, resource);
            return true;
          } catch {
            return false;
          }
        };

        if (mayWrite()) expect(policy.sees(who, resource)).toBe(true);
      }),
    );
  });
});
