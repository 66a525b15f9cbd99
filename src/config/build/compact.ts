type Compact<T> = { [K in keyof T]: Exclude<T[K], undefined | ''> };

/** The object without its members that are undefined, empty texts or empty lists. */
export function compact<T extends object>(members: T): Partial<Compact<T>> {
  const present = Object.entries(members).filter(([, value]) => {
    return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
  });
  return Object.fromEntries(present) as Partial<Compact<T>>;
}

/** Freezes a value with everything below it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
