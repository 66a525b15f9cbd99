import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claims } from '../claims/claims.js';
import { AccessPolicy } from './access-policy.js';
import { createCaller, type Caller, type Role } from './caller.js';
import { includes, VisibilityPolicy, type GuardedRegistry, type Visibility } from './visibility.js';

const postures = {
  anonymous: { authenticates: false, authorizes: false },
  'anonymous with authz': { authenticates: false, authorizes: true },
  oauth: { authenticates: true, authorizes: false },
  'oauth with authz': { authenticates: true, authorizes: true },
};
type Posture = keyof typeof postures;
const visibility = (posture: Posture): VisibilityPolicy =>
  new VisibilityPolicy(postures[posture], new AccessPolicy(postures[posture]));

const caller = (claims: Record<string, unknown>, ...roles: Role[]): Caller => createCaller(claims, new Set(roles));
const member = caller({ org: 'acme' });
const admin = caller({ org: 'acme' }, 'manageSources', 'manageRegistries', 'manageEntries');
const root = caller({}, 'superAdmin');

const OWN: GuardedRegistry = { claims: { org: 'acme' }, access: 'private' };
const FOREIGN: GuardedRegistry = { claims: { org: 'contoso' }, access: 'private' };
const UNLABELLED: GuardedRegistry = { claims: null, access: 'private' };
const PUBLIC: GuardedRegistry = { claims: { org: 'contoso' }, access: 'public' };

const everything: Visibility = { everything: true };
const unclaimed: Visibility = { everything: false, claims: {}, unclaimed: true };
const own: Visibility = { everything: false, claims: member.claims, unclaimed: false };
const ownAndUnclaimed: Visibility = { everything: false, claims: member.claims, unclaimed: true };
const FORBIDDEN = 'forbidden: insufficient claims for registry';

describe('VisibilityPolicy', () => {
  it.each<[Posture, string, Caller | undefined, GuardedRegistry, Visibility | typeof FORBIDDEN]>([
    ['anonymous', 'nobody, private', undefined, OWN, everything],
    ['anonymous', 'nobody, public', undefined, PUBLIC, everything],
    ['anonymous with authz', 'nobody, private', undefined, FOREIGN, everything],
    ['oauth', 'nobody on a public path, private', undefined, OWN, everything],
    ['oauth', 'nobody, public', undefined, PUBLIC, unclaimed],
    ['oauth', 'a member, foreign', member, FOREIGN, everything],
    ['oauth', 'a member, public', member, PUBLIC, everything],
    ['oauth with authz', 'nobody on a public path, private', undefined, OWN, unclaimed],
    ['oauth with authz', 'nobody, public', undefined, PUBLIC, unclaimed],
    ['oauth with authz', 'a member, own', member, OWN, own],
    ['oauth with authz', 'a member, foreign', member, FOREIGN, FORBIDDEN],
    ['oauth with authz', 'a member, unlabelled', member, UNLABELLED, FORBIDDEN],
    ['oauth with authz', 'a member, public', member, PUBLIC, ownAndUnclaimed],
    ['oauth with authz', 'an administrator, own', admin, OWN, own],
    ['oauth with authz', 'an administrator, foreign', admin, FOREIGN, FORBIDDEN],
    ['oauth with authz', 'a super-admin, foreign', root, FOREIGN, everything],
    ['oauth with authz', 'a super-admin, unlabelled', root, UNLABELLED, everything],
    ['oauth with authz', 'a super-admin, public', root, PUBLIC, everything],
  ])('%s: %s', (posture, _name, who, registry, expected) => {
    const decide = (): Visibility => visibility(posture).of(who, registry);

    if (expected === FORBIDDEN) expect(decide).toThrow(FORBIDDEN);
    else expect(decide()).toEqual(expected);
  });

  it("hands on the claims of the caller's token themselves", () => {
    const seen = visibility('oauth with authz').of(member, OWN);

    expect(seen.everything === false && seen.claims).toBe(member.claims);
  });

  it('shows without a token nothing that a token would hide', () => {
    const values = fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 2 });
    const claimSet = fc.dictionary(fc.constantFrom('k', 'l'), values);
    const policy = visibility('oauth with authz');
    fc.assert(
      fc.property(claimSet, claimSet, claimSet, (held, registryClaims, entry) => {
        const registry: GuardedRegistry = { claims: registryClaims, access: 'public' };

        const anonymous = includes(policy.of(undefined, registry), entry);

        if (anonymous) expect(includes(policy.of(caller(held), registry), entry)).toBe(true);
      }),
    );
  });
});

describe('includes', () => {
  it.each<[Visibility, Claims | null, boolean]>([
    [everything, null, true],
    [everything, { org: 'contoso' }, true],
    [unclaimed, null, true],
    [unclaimed, {}, true],
    [unclaimed, { org: 'acme' }, false],
    [unclaimed, { org: [] }, false],
    [own, null, false],
    [own, {}, false],
    [own, { org: 'acme' }, true],
    [own, { org: ['acme', 'contoso'] }, true],
    [own, { org: 'contoso' }, false],
    [ownAndUnclaimed, null, true],
    [ownAndUnclaimed, { org: 'acme' }, true],
    [ownAndUnclaimed, { org: 'acme', team: 'x' }, false],
  ])('%j shows an entry with the claims %j: %s', (visibility, claims, expected) => {
    expect(includes(visibility, claims)).toBe(expected);
  });
});
