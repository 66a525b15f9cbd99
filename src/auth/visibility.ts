import type { Claims, TokenClaims } from '../claims/claims.js';
import { visibleTo, isUnclaimed } from '../claims/claims.js';
import { ForbiddenError } from '../common/errors.js';
import type { AccessPolicy } from './access-policy.js';
import type { AuthPosture } from './auth-settings.js';
import type { Caller } from './caller.js';

/**
 * What a caller sees of the entries of one registry: everything, or those whose claims match.
 * `claims` is the object of the caller's token itself, so it may serve as the key of a weak map.
 */
export type Visibility =
  | { readonly everything: true }
  | {
      readonly everything: false;
      readonly claims: TokenClaims;
      /** Whether entries without claims are seen too. */
      readonly unclaimed: boolean;
    };

/** What the rules need to know of a registry. */
export interface GuardedRegistry {
  readonly claims: Claims | null | undefined;
  readonly access: 'private' | 'public';
}

const EVERYTHING: Visibility = { everything: true };
const NO_CLAIMS: TokenClaims = Object.freeze({});

/** A caller without a token next to `auth.authz`, or in a public registry: entries without claims (ahead.md P2). */
const ANONYMOUS: Visibility = { everything: false, claims: NO_CLAIMS, unclaimed: true };

/** Whether an entry with these claims (none: null or empty) is among what is seen. */
export function includes(visibility: Visibility, claims: Claims | null | undefined): boolean {
  if (visibility.everything) return true;
  if (isUnclaimed(claims)) return visibility.unclaimed;
  return visibleTo(visibility.claims, claims);
}

/** Decides what callers see under `/registry/{registryName}` (auth spec 9 and 12, ahead.md P2). */
export class VisibilityPolicy {
  constructor(
    private readonly posture: AuthPosture,
    private readonly access: AccessPolicy,
  ) {}

  /**
   * What the caller sees of a registry that exists.
   * @param caller - undefined in anonymous mode, on a public path, or without a token in a public registry
   * @throws ForbiddenError when the registry itself is not visible
   */
  of(caller: Caller | undefined, registry: GuardedRegistry): Visibility {
    if (!this.posture.authenticates) return EVERYTHING;
    const isPublic = registry.access === 'public';
    if (caller === undefined) return isPublic || this.posture.authorizes ? ANONYMOUS : EVERYTHING;
    if (!this.posture.authorizes || caller.roles.has('superAdmin')) return EVERYTHING;
    if (!isPublic && !this.access.sees(caller, registry.claims)) {
      throw new ForbiddenError('forbidden: insufficient claims for registry');
    }
    return { everything: false, claims: caller.claims, unclaimed: isPublic };
  }
}
