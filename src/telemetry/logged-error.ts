import { pino } from 'pino';

/** What the driver's errors carry beside their text: what the statement was given, which may be whole documents, and themselves again. */
const LEFT_OUT: ReadonlySet<string> = new Set(['parameters', 'driverError']);

/**
 * An error as a log line shows it: type, message with those of its causes, stack and other members, as pino would show it,
 * without what failed statements were given. Anything else comes back as it is.
 */
export function loggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const shown = Object.entries(pino.stdSerializers.err(error)).filter(([name]) => !LEFT_OUT.has(name));
  return Object.fromEntries(shown);
}
