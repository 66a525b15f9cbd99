import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger } from 'pino';
import { batchedDestination } from './batched-destination.js';
import { loggedError } from './logged-error.js';
import { thisProcess } from '../common/process-role.js';
import { isTracing } from './tracing-switch.js';

export type { Logger } from 'pino';

const LEVELS: ReadonlyMap<string, string> = new Map([
  ['debug', 'debug'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['silent', 'silent'],
]);

let second = 0;
let timeOfSecond = '';

/** What tells the lines of several workers apart; a server of one process needs nothing. */
const workerField = thisProcess.worker === undefined ? '' : `,"worker":${thisProcess.worker}`;

/** RFC 3339 in UTC with whole seconds, as every log line carries it, and the worker; written out once a second. */
function timestamp(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    timeOfSecond = `,"time":"${new Date(now * 1000).toISOString().slice(0, 19)}Z"${workerField}`;
  }
  return timeOfSecond;
}

/** The ids of the active span, so that a line can be found from its trace and the other way round; none outside of spans. */
function traceIds(): Readonly<{ trace_id?: string; span_id?: string }> {
  const span = isTracing() ? trace.getActiveSpan()?.spanContext() : undefined;
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** Standard error: JSON lines, but lines for people with `LOG_FORMAT=pretty`, and on a terminal unless it is `json`. */
async function createDestination(): Promise<DestinationStream> {
  const format = process.env['LOG_FORMAT'] || (process.stderr.isTTY ? 'pretty' : 'json');
  if (format !== 'pretty') return batchedDestination(2);
  const { PinoPretty } = await import('pino-pretty');
  return PinoPretty({
    destination: 2,
    sync: true,
    ignore: 'component,pid,hostname',
    messageFormat: '{if component}{component}: {end}{msg}',
  });
}

function createRootLogger(stream: DestinationStream): Logger {
  const wanted = process.env['THV_REGISTRY_LOG_LEVEL'] || process.env['LOG_LEVEL'] || 'info';
  const level = LEVELS.get(wanted.toLowerCase());
  const logger = pino(
    {
      level: level ?? 'info',
      base: null,
      messageKey: 'msg',
      timestamp,
      mixin: traceIds,
      serializers: { err: loggedError, cause: loggedError },
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    stream,
  );
  if (level === undefined) logger.warn({ value: wanted }, 'unknown log level, using info');
  return logger;
}

const stream = await createDestination();

/** The process's logger: one JSON object a line on stderr (telemetry spec 5). Pass data as fields, not in the message. */
export const rootLogger: Logger = createRootLogger(stream);

/** The members of a line that has neither errors nor objects in it; undefined ones are left out. */
export type FlatFields = Readonly<Record<string, string | number | undefined>>;

/** Strings in which JSON escapes nothing: no quote, backslash, control character or half of a surrogate pair (RFC 8259, 7). */
const NOTHING_TO_ESCAPE = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** `JSON.stringify` of such a member, without its price where nothing is to be escaped. */
function toJson(value: string | number): string {
  return typeof value === 'string' && NOTHING_TO_ESCAPE.test(value) ? `"${value}"` : JSON.stringify(value);
}

/**
 * Writes a line as {@link rootLogger} would, at a third of the price: for the one line that every request has. The ids of
 * its span are the caller's to add, who knew them while it was active.
 * @param message - a literal: it is not escaped
 */
export function logFlat(level: 'info' | 'warn' | 'error', fields: FlatFields, message: string): void {
  if (!rootLogger.isLevelEnabled(level)) return;
  let line = `{"level":"${level.toUpperCase()}"${timestamp()}`;
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) line += `,"${name}":${toJson(value)}`;
  }
  stream.write(`${line},"msg":"${message}"}\n`);
}

/** A logger whose lines carry the name of a component. */
export function createLogger(component: string): Logger {
  return rootLogger.child({ component });
}
