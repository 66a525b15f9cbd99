import { parseDurationNanoseconds } from '../../common/duration.js';

const NANOSECONDS_PER_MICROSECOND = 1000;

/** What a duration has to be, beyond being one. */
export interface DurationLimits {
  /** Shown when the text is no duration. */
  readonly examples: string;
  readonly atMost?: { readonly nanoseconds: number; readonly text: string };
}

/**
 * Checks a duration that must be greater than zero (a microsecond, to be exact).
 * @param key - how the key is called in the message
 * @returns what is wrong with it, or undefined
 */
export function findInvalidDuration(key: string, text: string, limits: DurationLimits): string | undefined {
  const nanoseconds = parseDurationNanoseconds(text);
  if (nanoseconds === undefined) return `${key} must be a valid duration (e.g., ${limits.examples}): "${text}"`;
  if (nanoseconds < NANOSECONDS_PER_MICROSECOND) return `${key} must be greater than zero`;
  if (limits.atMost && nanoseconds > limits.atMost.nanoseconds) return `${key} must not exceed ${limits.atMost.text}`;
  return undefined;
}
