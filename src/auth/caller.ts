import type { TokenClaims } from '../claims/claims.js';

/** The roles that the configuration can grant, in the order in which `/v1/me` lists them. */
export const ROLES = ['superAdmin', 'manageSources', 'manageRegistries', 'manageEntries'] as const;

/** One of the roles; they exist in the configuration only (auth spec 8). */
export type Role = (typeof ROLES)[number];

/** Who makes a request: a verified token's claims and the roles they grant. Anonymous requests have no caller. */
export interface Caller {
  /** `sub` of the token when it is a string, else the empty text. */
  readonly subject: string;
  /** The first non-empty string among the claims `name`, `preferred_username`, `email`; empty when there is none. */
  readonly displayName: string;
  readonly claims: TokenClaims;
  readonly roles: ReadonlySet<Role>;
}

function firstText(claims: TokenClaims, names: readonly string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}

/** The caller that a verified token stands for. */
export function createCaller(claims: TokenClaims, roles: ReadonlySet<Role>): Caller {
  return {
    subject: firstText(claims, ['sub']),
    displayName: firstText(claims, ['name', 'preferred_username', 'email']),
    claims,
    roles,
  };
}
