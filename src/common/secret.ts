import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A text that must never be shown. Logging, `JSON.stringify`, `String()` and `util.inspect` give `[redacted]`;
 * only `reveal()` gives the value, so every use of a secret can be found by that name.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself; pass it straight to what needs it, never to a log or an error. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
