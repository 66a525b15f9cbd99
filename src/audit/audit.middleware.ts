import { setImmediate } from 'node:timers/promises';
import { atMost } from '../common/at-most.js';
import type { JsonReply } from '../common/http/json-express.adapter.js';
import { peerAddress } from '../common/http/peer-address.js';
import { readRequestBody, requestBody, requestBodyStart } from '../common/http/request-body.js';
import {
  requestContext,
  type Middleware,
  type HttpRequest,
  type HttpResponse,
} from '../common/http/request-context.js';
import type { AuditLog } from './audit-log.js';
import { auditedRoute } from './event-types.js';
import { publishedTarget, toRequestData } from './request-data.js';
import { toAuditEvent, type BodyMembers } from './request-event.js';

const METHODS_WITH_DATA = new Set(['POST', 'PUT', 'DELETE']);

/** How long an answer waits for a body that its record needs, in milliseconds: what comes after the answer is lost. */
const BODY_WAIT_MS = 1_000;

const NO_BODY: BodyMembers = { target: {}, data: undefined };

async function bodyMembers(request: HttpRequest, audit: AuditLog): Promise<BodyMembers> {
  const reading = readRequestBody(request);
  if (!reading) return NO_BODY;
  // Of a body that is not there in full by now, whether refused, broken off or held back, that is recorded which came.
  const whole = await Promise.race([reading.catch(() => undefined), setImmediate(undefined)]);
  const body = whole ?? requestBodyStart(request);
  return {
    target: request.method === 'POST' ? publishedTarget(body) : {},
    data: audit.config.includeRequestData ? toRequestData(body, audit.config.maxDataSize) : undefined,
  };
}

async function record(request: HttpRequest, response: HttpResponse, peer: string, audit: AuditLog): Promise<void> {
  const event = toAuditEvent(request, response, peer, await bodyMembers(request, audit));
  if (event) audit.record(event);
}

/**
 * Sees every request and records it when its answer is complete, or when the client has gone before (audit spec 4);
 * installed before authentication, so that refusals of any kind have their record.
 */
export function createAuditMiddleware(audit: AuditLog): Middleware {
  return (request, response, next) => {
    let isRecorded = false;
    const peer = peerAddress(request);
    const recordOnce = (): void => {
      if (isRecorded) return;
      isRecorded = true;
      void record(request, response, peer, audit);
    };
    response.once('finish', recordOnce);
    response.once('close', recordOnce);
    next();
  };
}

/**
 * Reads the bodies that records need, after authentication, also for requests that are going to be refused; and refuses
 * changes while records cannot be written, where the configuration wants that.
 */
export function createAuditBodyMiddleware(audit: AuditLog, reply: JsonReply): Middleware {
  return (request, response, next) => {
    const { route } = requestContext(request);
    if (!METHODS_WITH_DATA.has(request.method) || !auditedRoute(route, request.method)) {
      next();
      return;
    }
    // The handler awaits the same promise and reports its failure.
    const { includeRequestData, maxDataSize } = audit.config;
    const goOn = (): void => {
      if (!audit.refusesChanges) {
        next();
        return;
      }
      response.setHeader('Retry-After', '5');
      reply(response, { error: 'audit log unavailable' }, 503);
    };
    if (!includeRequestData && request.method !== 'POST') {
      goOn();
      return undefined;
    }
    const arrival = requestBody(request, includeRequestData ? maxDataSize : 0).catch(() => undefined);
    return atMost(arrival, BODY_WAIT_MS).then(goOn);
  };
}
