import { DomainError } from '../common/errors.js';
import { errorText } from '../common/error-text.js';
import type { UnexpectedErrorReporter } from '../common/http/domain-exception.filter.js';
import type { Logger } from '../telemetry/logging.js';

/**
 * Tells the log of errors that are answered 5xx. What a service foresaw needs no stack: somebody else is away, and the message
 * says who, its cause why. Probes, which have no request id, are refused every second while the catalogue loads.
 */
export function createErrorReporter(log: Logger): UnexpectedErrorReporter {
  return (error, { id }) => {
    if (!(error instanceof DomainError)) {
      log.error({ err: error, request_id: id }, 'request failed');
      return;
    }
    const cause = error.cause === undefined ? undefined : errorText(error.cause);
    log[id === undefined ? 'debug' : 'warn']({ reason: error.message, cause, request_id: id }, 'request refused');
  };
}
