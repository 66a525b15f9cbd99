import { callerOf } from '../auth/current-caller.decorator.js';
import { answeredStatus, responseBytes } from '../common/http/answer.js';
import { requestContext, type Middleware } from '../common/http/request-context.js';
import { logFlat } from '../telemetry/logging.js';
import { requestSpan } from '../telemetry/request-span.js';
import { peerAddress } from '../common/http/peer-address.js';

type Level = 'info' | 'warn' | 'error';

function levelOf(status: number): Level {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

/** One line for each request of the public listener, when its answer is complete (telemetry spec 5). */
export function createAccessLogMiddleware(): Middleware {
  return (request, response, next) => {
    const { requestId, rawPath, startedAt } = requestContext(request);
    // Asked now: a socket that has been closed no longer knows its peer.
    const peer = peerAddress(request);
    response.on('close', () => {
      const status = answeredStatus(response);
      const caller = callerOf(request);
      const span = requestSpan(request)?.spanContext();
      logFlat(
        levelOf(status),
        {
          method: request.method,
          path: rawPath,
          status,
          duration_ms: Math.round(performance.now() - startedAt),
          response_bytes: responseBytes(request, response),
          request_id: requestId,
          remote_addr: peer,
          sub: caller?.subject || 'anonymous',
          user: caller?.displayName ?? '',
          trace_id: span?.traceId,
          span_id: span?.spanId,
        },
        'HTTP request',
      );
    });
    next();
  };
}
