import type { LoggerService } from '@nestjs/common';
import { createLogger } from '../telemetry/logging.js';

const log = createLogger('nest');

/** The context is the last of Nest's optional parameters. */
function fields(parameters: readonly unknown[]): Record<string, unknown> {
  const context = parameters.at(-1);
  return typeof context === 'string' ? { context } : {};
}

/** Nest's own messages as JSON lines; what it says at start-up is detail. */
export const nestLogger: LoggerService = {
  log: (message: unknown, ...parameters: unknown[]) => log.debug(fields(parameters), String(message)),
  debug: (message: unknown, ...parameters: unknown[]) => log.debug(fields(parameters), String(message)),
  verbose: (message: unknown, ...parameters: unknown[]) => log.debug(fields(parameters), String(message)),
  warn: (message: unknown, ...parameters: unknown[]) => log.warn(fields(parameters), String(message)),
  error: (message: unknown, ...parameters: unknown[]) => log.error(fields(parameters), String(message)),
  fatal: (message: unknown, ...parameters: unknown[]) => log.error(fields(parameters), String(message)),
};
