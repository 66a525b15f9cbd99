import { contains, isUnclaimed, visibleTo, type Claims } from '../claims/claims.js';
import { ForbiddenError } from '../common/errors.js';
import type { AuthPosture } from './auth-settings.js';
import type { Caller } from './caller.js';

const NOT_COVERED = 'insufficient claims: caller claims do not cover resource claims';
const UNCLAIMED = 'insufficient claims: resource has no claims';

/**
 * Decides by claims who sees and who may write a resource (auth spec 9). Around both rules: without a caller or without
 * `auth.authz` everything passes, so does a super-admin, and a resource without claims is denied to everybody else.
 */
export class AccessPolicy {
  constructor(private readonly posture: AuthPosture) {}

  /** Whether claims and roles are compared at all. */
  get authorizes(): boolean {
    return this.posture.authorizes;
  }

  private isUnrestricted(caller: Caller | undefined): boolean {
    return !this.authorizes || caller === undefined || caller.roles.has('superAdmin');
  }

  /** Whether publishing needs a non-empty `claims` member, for every caller (auth spec 11). */
  get requiresClaims(): boolean {
    return this.authorizes;
  }

  /** Whether the caller sees a resource with these claims. */
  sees(caller: Caller | undefined, claims: Claims | null | undefined): boolean {
    return this.isUnrestricted(caller) || visibleTo(caller?.claims ?? {}, claims);
  }

  /**
   * Checks the visibility of an existing resource that is about to be changed or referred to.
   * @param suffix - added to the message, such as `: cannot reference source x`
   * @throws ForbiddenError when the caller does not see it
   */
  assertSees(caller: Caller | undefined, claims: Claims | null | undefined, suffix = ''): void {
    if (this.sees(caller, claims)) return;
    throw new ForbiddenError(`${isUnclaimed(claims) ? UNCLAIMED : NOT_COVERED}${suffix}`);
  }

  /**
   * Checks claims that a caller wants to write.
   * @throws ForbiddenError when they are empty or hold a value that the caller does not
   */
  assertMayWrite(caller: Caller | undefined, claims: Claims | null | undefined): void {
    if (this.isUnrestricted(caller)) return;
    if (isUnclaimed(claims)) throw new ForbiddenError(UNCLAIMED);
    if (!contains(caller?.claims ?? {}, claims)) throw new ForbiddenError(NOT_COVERED);
  }
}
