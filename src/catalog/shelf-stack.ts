import { createHash } from 'node:crypto';
import { includes, type Visibility } from '../auth/visibility.js';
import type { TokenClaims } from '../claims/claims.js';
import type { ClaimSet } from './catalog-entry.js';
import type { Shelf } from './shelf.js';

/**
 * Which of the claim sets of a stack are visible. `key` is equal exactly for equal choices, so it stands for the callers
 * that see the same.
 */
export interface ClaimScope {
  readonly key: string;
  /** Keys of the visible claim sets; undefined when all are. */
  readonly visible: ReadonlySet<string> | undefined;
}

const ALL: ClaimScope = { key: 'all', visible: undefined };

/** Longer keys are replaced by their hash. */
const MAX_KEY_LENGTH = 64;

/** The shelves of one kind behind a registry, in order of precedence. Immutable. */
export class ShelfStack {
  /** Equal exactly for stacks of the same shelves in the same order. */
  readonly key: string;
  /** The claim sets of all entries, each once. */
  readonly claimSets: readonly ClaimSet[];
  /** Per caller's claims, without and with unclaimed entries. */
  readonly #scopes: readonly [WeakMap<TokenClaims, ClaimScope>, WeakMap<TokenClaims, ClaimScope>] = [
    new WeakMap(),
    new WeakMap(),
  ];

  constructor(readonly shelves: readonly Shelf[]) {
    this.key = stackKey(shelves);
    const sets = new Map(shelves.flatMap((shelf) => shelf.claimSets).map((set) => [set.key, set]));
    this.claimSets = [...sets.values()];
  }

  /** Whether there are entries that not everybody may see, even in a public registry. */
  get hasClaims(): boolean {
    return this.claimSets.some(({ key }) => key !== '');
  }

  /** What these callers see; the claims are compared once for each object of claims. */
  scopeOf(visibility: Visibility): ClaimScope {
    if (visibility.everything) return ALL;
    const scopes = this.#scopes[visibility.unclaimed ? 1 : 0];
    let scope = scopes.get(visibility.claims);
    if (!scope) {
      scope = this.#compare(visibility);
      scopes.set(visibility.claims, scope);
    }
    return scope;
  }

  #compare(visibility: Visibility): ClaimScope {
    const flags = this.claimSets.map(({ claims }) => includes(visibility, claims));
    if (flags.every(Boolean)) return ALL;
    const key = flags.map((flag) => (flag ? '1' : '0')).join('');
    return {
      key: key.length <= MAX_KEY_LENGTH ? key : createHash('sha256').update(key).digest('base64url'),
      visible: new Set(this.claimSets.filter((_, index) => flags[index]).map((set) => set.key)),
    };
  }
}

/** The key that a stack of these shelves has. */
export function stackKey(shelves: readonly Shelf[]): string {
  return shelves.map(({ id }) => id).join(',');
}
