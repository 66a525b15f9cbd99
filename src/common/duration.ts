const UNIT_NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

const TERM = /(?=\.?\d)(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/gy;

/** More digits of a fraction say nothing in nanoseconds. */
const MAX_FRACTION_DIGITS = 18;

/** A duration is a signed 64-bit number of nanoseconds, some 292 years. */
const MAX_NANOSECONDS = 2 ** 63;

/**
 * One term in whole nanoseconds. The fraction is counted in its own unit: `1.001` has no exact binary value, and a
 * thousandth of a second times one has.
 */
function termNanoseconds([, whole = '', fraction = '', unit = '']: readonly string[]): number {
  const nanoseconds = UNIT_NANOSECONDS[unit] ?? Number.NaN;
  const digits = fraction.slice(0, MAX_FRACTION_DIGITS);
  return Number(whole) * nanoseconds + Math.floor(Number(digits) * (nanoseconds / 10 ** digits.length));
}

/**
 * Reads a Go duration text: an optional sign, then decimal numbers each followed by its unit (`ns us µs ms s m h`),
 * without blanks; `0` alone needs no unit (sync spec 1.3).
 * @returns the duration in nanoseconds, or undefined when the text is no duration, or a longer one than there can be
 */
export function parseDurationNanoseconds(text: string): number | undefined {
  const negative = text.startsWith('-');
  const body = /^[+-]/.test(text) ? text.slice(1) : text;
  if (body === '0') return 0;
  if (body === '') return undefined;
  let total = 0;
  TERM.lastIndex = 0;
  let end = 0;
  for (let match = TERM.exec(body); match; match = TERM.exec(body)) {
    total += termNanoseconds(match);
    end = TERM.lastIndex;
  }
  if (end !== body.length || !(total < MAX_NANOSECONDS)) return undefined;
  return negative ? -total : total;
}

/** Like {@link parseDurationNanoseconds}, in milliseconds (fractions allowed). */
export function parseDurationMs(text: string): number | undefined {
  const nanoseconds = parseDurationNanoseconds(text);
  return nanoseconds === undefined ? undefined : nanoseconds / 1e6;
}

function trimFraction(value: number, digits: number): string {
  return value.toFixed(digits).replace(/\.?0+$/, '');
}

/**
 * Writes a duration in the canonical form of Go: hours, minutes and seconds with all smaller units present from one
 * second up (`1m0s`, `1h30m5.5s`), the largest fitting sub-unit below (`300ms`, `10µs`); microsecond precision.
 * @param microseconds - the duration in whole microseconds
 */
export function formatDuration(microseconds: number): string {
  const sign = microseconds < 0 ? '-' : '';
  const rest = Math.abs(Math.round(microseconds));
  if (rest === 0) return '0s';
  if (rest < 1e3) return `${sign}${rest}µs`;
  if (rest < 1e6) return `${sign}${trimFraction(rest / 1e3, 3)}ms`;
  const hours = Math.floor(rest / 3600e6);
  const minutes = Math.floor((rest % 3600e6) / 60e6);
  const seconds = `${trimFraction((rest % 60e6) / 1e6, 6) || '0'}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  if (minutes > 0) return `${sign}${minutes}m${seconds}`;
  return `${sign}${seconds}`;
}
