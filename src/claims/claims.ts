/**
 * Claims of a resource (source, registry, entry): key to one string or a list of strings. Keys keep their letter case.
 * An absent value and an empty object mean the same: no claims (auth spec 9).
 */
export type Claims = Readonly<Record<string, string | readonly string[]>>;

/** Claims of a caller, as they stand in the verified token: any JSON value per key. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/** Whether a resource has no claims, which authorisation treats as "closed to everyone but a super-admin". */
export function isUnclaimed(claims: Claims | null | undefined): claims is null | undefined {
  return !claims || Object.keys(claims).length === 0;
}

/**
 * Says what is wrong with a claims value that comes from outside.
 * @returns a sentence such as `claim "team": value must be a string or array of strings`, or undefined when it is usable
 */
export function findInvalidClaim(claims: Readonly<Record<string, unknown>>): string | undefined {
  for (const [key, value] of Object.entries(claims)) {
    if (typeof value === 'string') continue;
    if (!Array.isArray(value)) return `claim "${key}": value must be a string or array of strings`;
    const index = value.findIndex((element) => typeof element !== 'string');
    if (index >= 0) return `claim "${key}": array element [${index}] must be a string`;
  }
  return undefined;
}

function requiredValues(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return value;
  return undefined;
}

/** The strings of a claim's value: a string is a list of one, members that are no strings do not count. */
export function heldValues(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((element): element is string => typeof element === 'string') : [];
}

function everyKey(
  caller: TokenClaims,
  resource: Claims | null | undefined,
  holds: (required: readonly string[], held: ReadonlySet<string>) => boolean,
): boolean {
  if (isUnclaimed(resource)) return false;
  return Object.entries(resource).every(([key, value]) => {
    const required = requiredValues(value);
    // A value that should never have been stored cannot be decided, so it is denied.
    if (required === undefined || !Object.hasOwn(caller, key)) return false;
    return required.length === 0 || holds(required, new Set(heldValues(caller[key])));
  });
}

/**
 * Visibility: for every key of the resource the caller shares at least one value (auth spec 9). Resources without claims
 * are not visible by this rule: default-deny.
 */
export function visibleTo(caller: TokenClaims, resource: Claims | null | undefined): boolean {
  return everyKey(caller, resource, (required, held) => required.some((value) => held.has(value)));
}

/** Subset: for every key of the resource the caller holds every value; what a caller must fulfil to write these claims. */
export function contains(caller: TokenClaims, resource: Claims | null | undefined): boolean {
  return everyKey(caller, resource, (required, held) => required.every((value) => held.has(value)));
}

/**
 * A text that is equal exactly for equal claim sets: key order, order and duplicates of values do not matter and
 * `"b"` equals `["b"]` (admin-api spec 6.4). The empty text stands for no claims.
 */
export function claimsKey(claims: Claims | null | undefined): string {
  if (isUnclaimed(claims)) return '';
  const canonical = Object.keys(claims)
    .toSorted()
    .map((key) => [key, [...new Set(requiredValues(claims[key]) ?? [])].toSorted()]);
  return JSON.stringify(canonical);
}

/** Whether two claim sets are the same set. */
export function sameClaims(a: Claims | null | undefined, b: Claims | null | undefined): boolean {
  return claimsKey(a) === claimsKey(b);
}
