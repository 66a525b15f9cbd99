import { destination, pino, type Logger } from 'pino';

export type { Logger } from 'pino';

const LEVELS: Readonly<Record<string, string>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  silent: 'silent',
};

/** RFC 3339 in UTC with whole seconds, as every log line carries it. */
function timestamp(): string {
  return `,"time":"${new Date().toISOString().slice(0, 19)}Z"`;
}

function createRootLogger(): Logger {
  const wanted = process.env['THV_REGISTRY_LOG_LEVEL'] || process.env['LOG_LEVEL'] || 'info';
  const level = LEVELS[wanted.toLowerCase()];
  const logger = pino(
    {
      level: level ?? 'info',
      base: null,
      messageKey: 'msg',
      timestamp,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    destination({ dest: 2, sync: true }),
  );
  if (level === undefined) logger.warn({ value: wanted }, 'unknown log level, using info');
  return logger;
}

/** The process's logger: one JSON object a line on stderr (telemetry spec 5). Pass data as fields, not in the message. */
export const rootLogger: Logger = createRootLogger();

/** A logger whose lines carry the name of a component. */
export function createLogger(component: string): Logger {
  return rootLogger.child({ component });
}
