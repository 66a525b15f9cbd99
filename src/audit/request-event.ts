import type { Caller } from '../auth/caller.js';
import { callerOf } from '../auth/current-caller.decorator.js';
import { requestContext, type HttpRequest, type HttpResponse } from '../common/http/request-context.js';
import type { MatchedRoute } from '../common/http/route-table.js';
import { answeredStatus, responseBytes } from '../common/http/answer.js';
import { auditedRoute, eventType, UNAUTHENTICATED, type AuditedRoute } from './event-types.js';
import { outcomeOf, type AuditEvent } from './audit-record.js';
import { headerText } from '../common/http/header-text.js';
import { decodeLeniently } from '../common/http/lenient-decoding.js';

/** Bytes kept of the headers that a client chooses (audit spec 3 and A8). */
const MAX_HEADER_BYTES = 512;

function sourceOf(request: HttpRequest, peer: string): AuditEvent['source'] {
  const extra: Record<string, string> = {};
  const agent = request.headers['user-agent'];
  const forwarded = request.headers['x-forwarded-for'];
  if (agent) extra['user_agent'] = headerText(agent, MAX_HEADER_BYTES);
  if (forwarded) extra['x_forwarded_for'] = headerText([forwarded].flat().join(', '), MAX_HEADER_BYTES);
  return { value: peer, extra: Object.keys(extra).length > 0 ? extra : null };
}

function subjectsOf(caller: Caller | undefined): Record<string, string> {
  if (!caller) return { identity: 'anonymous' };
  return {
    ...(caller.subject === '' ? { identity: 'anonymous' } : { sub: caller.subject }),
    ...(caller.displayName === '' ? {} : { user: caller.displayName }),
    ...(caller.roles.has('superAdmin') ? { role: 'super_admin' } : {}),
  };
}

const TARGET_KEYS: Readonly<Record<string, string>> = {
  name: 'resource_name',
  serverName: 'resource_name',
  type: 'entry_type',
  version: 'version',
  registryName: 'registry_name',
  namespace: 'namespace',
};

function targetOf(
  request: HttpRequest,
  path: string,
  route: MatchedRoute,
  audited: AuditedRoute,
): Record<string, string> {
  const target: Record<string, string> = {
    method: request.method,
    path: decodeLeniently(path),
    resource_type: audited.resourceType,
  };
  for (const [parameter, raw] of route.rawParams) {
    const key = TARGET_KEYS[parameter];
    const value = decodeLeniently(raw);
    if (key !== undefined && value !== '') target[key] = value;
  }
  return target;
}

/** The members that a body adds to a record. */
export interface BodyMembers {
  readonly target: Readonly<Record<string, string>>;
  readonly data: string | undefined;
}

/**
 * The event of an answered request, or undefined when it is not one to be recorded (audit spec 4).
 * Only authentication refuses with a challenge, so a 401 with `WWW-Authenticate` is told from one that a handler answers.
 * @param peer - asked at the request's start: a socket that has been closed no longer knows it
 */
export function toAuditEvent(
  request: HttpRequest,
  response: HttpResponse,
  peer: string,
  body: BodyMembers,
): AuditEvent | undefined {
  const { requestId, rawPath, route, startedAt } = requestContext(request);
  const source = sourceOf(request, peer);
  const status = answeredStatus(response);
  if (status === 401 && response.hasHeader('WWW-Authenticate')) {
    return {
      type: UNAUTHENTICATED,
      outcome: 'denied',
      source,
      subjects: { identity: 'unknown' },
      target: { method: request.method, path: decodeLeniently(rawPath) },
      extra: { request_id: requestId },
    };
  }
  const audited = auditedRoute(route, request.method);
  if (!audited || !route) return undefined;
  return {
    type: eventType(audited, request.method, status),
    outcome: outcomeOf(status),
    source,
    subjects: subjectsOf(callerOf(request)),
    target: { ...targetOf(request, rawPath, route, audited), ...body.target },
    extra: {
      duration_ms: Math.round(performance.now() - startedAt),
      request_id: requestId,
      response_bytes: responseBytes(request, response),
    },
    data: body.data,
  };
}
