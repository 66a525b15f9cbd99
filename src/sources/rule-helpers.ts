import { InvalidInputError } from '../common/errors.js';

/** The error of a source whose definition breaks a rule (admin-api spec 4.4, row 3). */
export function invalidSource(message: string): InvalidInputError {
  return new InvalidInputError(`invalid source configuration: ${message}`);
}

/** A text that is there: `null` and the empty text count as absent. */
export function givenText(value: string | null | undefined): string | undefined {
  return value || undefined;
}

/** The object without its absent members, so that what is stored and compared holds only what was given. */
export function compact<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
