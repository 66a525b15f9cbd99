import { callerOf } from '../auth/current-caller.decorator.js';
import type { JsonReply } from '../common/http/json-express.adapter.js';
import type { Middleware } from '../common/http/request-context.js';
import { isInRecordedSpan } from '../telemetry/operation-span.js';
import type { AnswerRecall } from './answer-recall.js';
import { declareAudience } from './audience.js';

/**
 * Answers reads that were answered before, once it is known who asks. Whatever sees requests and their answers (request
 * ids, logs, audit, metrics) stands before it, so nothing but the making of the answer is left out. A request that is
 * traced goes the whole way, since its trace shows that way.
 */
export function createRecallMiddleware(
  recall: AnswerRecall,
  authenticates: () => boolean,
  reply: JsonReply,
): Middleware {
  return (request, response, next) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const answer = isRead && !isInRecordedSpan() ? recall.find(callerOf(request), request.url) : undefined;
    if (!answer) {
      next();
      return;
    }
    declareAudience(response, { authenticates: authenticates(), isShared: answer.isShared });
    reply(response, answer.body, 200);
  };
}
