import { Inject, Injectable, Optional } from '@nestjs/common';
import type { TokenClaims } from '../claims/claims.js';
import { countToken } from './auth-metrics.js';
import { AuthSettings } from './auth-settings.js';
import { bearerToken } from './bearer-token.js';
import { createCaller, type Caller } from './caller.js';
import type { ChallengeError } from './challenge.js';
import { PUBLIC_REGISTRIES, type PublicRegistries } from './public-registries.js';
import type { RoleResolver } from './role-rules.js';
import { TokenVerifier, type TokenVerdict } from './tokens/token-verifier.js';

/** What authentication needs to know of a request. */
export interface AuthenticationRequest {
  /** The path as sent, without the query. */
  readonly rawPath: string;
  readonly authorization: string | undefined;
  /** The registry's (decoded) name when the path is a consumer route. */
  readonly registryName: string | undefined;
  /** That the request came on. */
  readonly connection?: object;
}

/** Whether the request goes on, and as whose. */
export type AuthenticationResult =
  | { readonly kind: 'passed'; readonly caller: Caller | undefined }
  | { readonly kind: 'refused'; readonly error: ChallengeError }
  /** The token's provider cannot be reached (ahead.md P14). */
  | { readonly kind: 'unavailable' };

const NO_CALLER: AuthenticationResult = { kind: 'passed', caller: undefined };

/** Finds out who makes a request (auth spec 3 to 5, ahead.md P2). */
@Injectable()
export class RequestAuthenticator {
  /** Callers of the claim sets seen, so that one token is one caller; they go with the claims or the role rules. */
  #callers = new WeakMap<TokenClaims, Caller>();
  #callersOf: RoleResolver | undefined;

  constructor(
    private readonly settings: AuthSettings,
    private readonly verifier: TokenVerifier,
    @Optional() @Inject(PUBLIC_REGISTRIES) private readonly registries: PublicRegistries | undefined,
  ) {}

  /** @returns at once where nobody has to be asked: without a token, and with one that is remembered */
  authenticate(request: AuthenticationRequest): AuthenticationResult | Promise<AuthenticationResult> {
    if (!this.settings.authenticates) return NO_CALLER;
    if (this.isInPublicRegistry(request)) {
      return request.authorization === undefined ? NO_CALLER : this.authenticateToken(request);
    }
    if (this.settings.isPublicPath(request.rawPath)) return NO_CALLER;
    return this.authenticateToken(request);
  }

  private isInPublicRegistry({ registryName }: AuthenticationRequest): boolean {
    return registryName !== undefined && this.registries?.isPublic(registryName) === true;
  }

  private authenticateToken({
    authorization,
    connection,
  }: AuthenticationRequest): AuthenticationResult | Promise<AuthenticationResult> {
    const token = bearerToken(authorization);
    if (token === undefined) {
      countToken('', 'no token');
      return { kind: 'refused', error: 'invalid_request' };
    }
    const verdict = this.verifier.verify(token, connection);
    return verdict instanceof Promise ? verdict.then((late) => this.resultOf(late)) : this.resultOf(verdict);
  }

  private resultOf(verdict: TokenVerdict): AuthenticationResult {
    if (verdict.accepted) return { kind: 'passed', caller: this.callerWith(verdict.claims) };
    return verdict.unavailable ? { kind: 'unavailable' } : { kind: 'refused', error: 'invalid_token' };
  }

  private callerWith(claims: TokenClaims): Caller {
    const resolveRoles = this.settings.roles;
    if (this.#callersOf !== resolveRoles) {
      this.#callers = new WeakMap();
      this.#callersOf = resolveRoles;
    }
    let caller = this.#callers.get(claims);
    if (!caller) {
      caller = createCaller(claims, resolveRoles(claims));
      this.#callers.set(claims, caller);
    }
    return caller;
  }
}
