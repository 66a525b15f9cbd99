import { heldValues, type TokenClaims } from '../claims/claims.js';
import type { RoleRule, RoleRules } from '../config/config.js';
import { ROLES, type Role } from './caller.js';

/** Gives the roles that a token's claims grant. */
export type RoleResolver = (claims: TokenClaims) => ReadonlySet<Role>;

/** One key of a rule: the claim and the values of which the token must hold one. */
type Condition = readonly [claim: string, accepted: readonly string[]];

const ALL_ROLES: ReadonlySet<Role> = new Set(ROLES);

function compileRule(rule: RoleRule): readonly Condition[] {
  return Object.entries(rule).map(([claim, value]): Condition => [claim, heldValues(value)]);
}

function matches(conditions: readonly Condition[], claims: TokenClaims): boolean {
  if (conditions.length === 0) return false;
  return conditions.every(
    ([claim, accepted]) =>
      Object.hasOwn(claims, claim) && heldValues(claims[claim]).some((value) => accepted.includes(value)),
  );
}

/**
 * Prepares the role rules of the configuration (auth spec 8): a role is granted when any of its maps matches, a map when
 * all of its keys do, a key when the token's and the rule's strings have one in common.
 * @param rules - absent without `auth.authz`, where every authenticated caller holds all roles
 */
export function compileRoleRules(rules: RoleRules | undefined): RoleResolver {
  if (!rules) return () => ALL_ROLES;
  const compiled = ROLES.map((role) => ({ role, rules: rules[role].map(compileRule) }));
  return (claims) =>
    new Set(
      compiled.filter(({ rules }) => rules.some((conditions) => matches(conditions, claims))).map(({ role }) => role),
    );
}
