import type { AuthConfig } from '../config/config.js';
import type { Role } from './caller.js';
import { compilePublicPaths, type PublicPaths } from './public-paths.js';
import { compileRoleRules, type RoleResolver } from './role-rules.js';

/** Which of the two stages are on (auth spec 1). */
export interface AuthPosture {
  /** Whether requests need a token: `auth.mode` is oauth. */
  readonly authenticates: boolean;
  /** Whether `auth.authz` is present, so that roles and claims of callers count, and publishing needs claims. */
  readonly authorizes: boolean;
}

/**
 * The `auth` block in the form in which requests are judged by it. The one instance of a process is asked anew for each
 * request, so what `apply` brings counts from the next request on (ahead.md P12).
 */
export class AuthSettings implements AuthPosture {
  #config: AuthConfig;
  #publicPaths: PublicPaths;
  #roles: RoleResolver;

  constructor(config: AuthConfig) {
    this.#config = config;
    this.#publicPaths = compilePublicPaths(config.publicPaths);
    this.#roles = compileRoleRules(config.authz?.roles);
  }

  /** Replaces the whole block; it must have passed the checks of a start. */
  apply(config: AuthConfig): void {
    this.#config = config;
    this.#publicPaths = compilePublicPaths(config.publicPaths);
    this.#roles = compileRoleRules(config.authz?.roles);
  }

  get config(): AuthConfig {
    return this.#config;
  }

  get authenticates(): boolean {
    return this.#config.mode === 'oauth';
  }

  get authorizes(): boolean {
    return this.#config.authz !== undefined;
  }

  /** Whether a path (as sent, without the query) needs no token (auth spec 4). */
  isPublicPath(rawPath: string): boolean {
    return this.#publicPaths(rawPath);
  }

  /** The roles that a token's claims grant; one and the same function until the next `apply`. */
  get roles(): (claims: Readonly<Record<string, unknown>>) => ReadonlySet<Role> {
    return this.#roles;
  }
}
