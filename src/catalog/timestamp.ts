/**
 * A moment in whole microseconds since 1970-01-01T00:00:00Z, the precision of PostgreSQL. Safe as a number until the
 * year 2255; beyond, neighbouring microseconds fall together.
 */
export type Microseconds = number;

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** Seconds since 1970 of a time that exists in the Gregorian calendar, else undefined. */
function utcSeconds(fields: readonly number[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  // Unlike Date.UTC, this takes the years 0 to 99 as they are.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second;
}

/**
 * Reads an RFC 3339 time with seconds and a zone, `T` and `Z` in upper case (consumer spec 3).
 * @returns the moment, parts of microseconds cut off; undefined when the text is no such time, or one that does not exist
 */
export function parseTimestamp(text: string): Microseconds | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const local = utcSeconds(match.slice(1, 7).map(Number));
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (local === undefined || offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (match[8] === '-' ? -1 : 1) * (offsetHours * 3600 + offsetMinutes * 60);
  return (local - offset) * 1e6 + Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
}

/** Writes a moment as RFC 3339 in UTC, with as many digits of the fraction as it needs. */
export function formatTimestamp(moment: Microseconds): string {
  const seconds = Math.floor(moment / 1e6);
  const fraction = moment - seconds * 1e6;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (fraction === 0) return `${whole}Z`;
  return `${whole}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}Z`;
}
