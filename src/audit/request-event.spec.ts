import { describe, expect, it } from 'vitest';
import { newRoute, newRoutedExchange, type Exchange } from '../../test/harness/exchange.js';
import type { Caller } from '../auth/caller.js';
import { setCaller } from '../auth/current-caller.decorator.js';
import { toAuditEvent } from './request-event.js';

const NO_BODY = { target: {}, data: undefined };
const VERSION = newRoute(
  '/registry/{registryName}/v0.1/x/dev.toolhive/skills/{namespace}/{name}/versions/{version}',
  ['GET'],
  {
    registryName: 'r',
    namespace: 'io.a',
    name: 's%2Ft',
    version: '1.0.0%2Bx',
  },
);

function eventOf(parts: Parameters<typeof newRoutedExchange>[0], status: number | undefined, caller?: Caller) {
  const { request, response }: Exchange = newRoutedExchange({ rawPath: '/v1/sources', ...parts });
  if (caller) setCaller(request, caller);
  response.setHeader('Content-Length', 7);
  if (status !== undefined) response.writeHead(status);
  return toAuditEvent(request, response, '10.0.0.1:5', NO_BODY);
}

describe('the event of a request', () => {
  const route = newRoute('/v1/sources');

  it('says what was done to what', () => {
    const rawPath = '/registry/r/v0.1/x/dev.toolhive/skills/io.a/s%2Ft/versions/1.0.0%2Bx';

    expect(eventOf({ route: VERSION, rawPath, startedAt: performance.now() - 20 }, 200)).toEqual({
      type: 'skill.version.read',
      outcome: 'success',
      source: { value: '10.0.0.1:5', extra: null },
      subjects: { identity: 'anonymous' },
      target: {
        method: 'GET',
        path: '/registry/r/v0.1/x/dev.toolhive/skills/io.a/s/t/versions/1.0.0+x',
        resource_type: 'skill',
        resource_name: 's/t',
        registry_name: 'r',
        namespace: 'io.a',
        version: '1.0.0+x',
      },
      extra: { duration_ms: expect.any(Number), request_id: 'id-1', response_bytes: 7 },
      data: undefined,
    });
  });

  it('leaves empty parameters out', () => {
    const event = eventOf({ route: newRoute('/v1/sources/{name}/entries', ['GET'], { name: '' }) }, 400);

    expect(event?.target).toEqual({ method: 'GET', path: '/v1/sources', resource_type: 'source' });
  });

  it.each<[Partial<Caller>, Record<string, string>]>([
    [{ subject: 'sam' }, { sub: 'sam' }],
    [
      { subject: 'sam', displayName: 'Sam' },
      { sub: 'sam', user: 'Sam' },
    ],
    [{ displayName: 'Sam' }, { identity: 'anonymous', user: 'Sam' }],
    [
      { subject: 'root', roles: new Set(['superAdmin', 'manageSources']) },
      { sub: 'root', role: 'super_admin' },
    ],
    [{ subject: 'sam', roles: new Set(['manageSources']) }, { sub: 'sam' }],
  ])('names the caller %j', (caller, subjects) => {
    const whole = { subject: '', displayName: '', claims: {}, roles: new Set<never>(), ...caller };

    expect(eventOf({ route }, 200, whole)?.subjects).toEqual(subjects);
  });

  it.each([
    [{ 'user-agent': 'curl' }, { user_agent: 'curl' }],
    [{ 'x-forwarded-for': 'a, b' }, { x_forwarded_for: 'a, b' }],
    [{ 'user-agent': '', 'x-forwarded-for': '' }, null],
    [
      { 'user-agent': 'x'.repeat(600), 'x-forwarded-for': 'y'.repeat(600) },
      { user_agent: 'x'.repeat(512), x_forwarded_for: 'y'.repeat(512) },
    ],
    [{ forwarded: 'for=1.2.3.4', 'x-real-ip': '1.2.3.4' }, null],
  ])('notes of the headers %j', (headers, extra) => {
    expect(eventOf({ route, headers }, 200)?.source).toEqual({ value: '10.0.0.1:5', extra });
  });

  it('of a refusal by authentication says no more than that', () => {
    const { request, response } = newRoutedExchange({ rawPath: '/v1/sources/a%2Fb', route: VERSION });
    response.setHeader('WWW-Authenticate', 'Bearer');
    response.writeHead(401);

    expect(toAuditEvent(request, response, '10.0.0.1:5', NO_BODY)).toEqual({
      type: 'auth.unauthenticated',
      outcome: 'denied',
      source: { value: '10.0.0.1:5', extra: null },
      subjects: { identity: 'unknown' },
      target: { method: 'GET', path: '/v1/sources/a/b' },
      extra: { request_id: 'id-1' },
    });
  });

  it.each([
    ['/v1/me', 'GET', 401, ['user.info', 'failure']],
    ['/v1/sources', 'GET', undefined, ['source.list', 'failure']],
    ['/v1/sources', 'GET', 500, ['source.list', 'error']],
    ['/v1/sources', 'PATCH', 405, undefined],
    ['/openapi.json', 'GET', 200, undefined],
    [undefined, 'GET', 404, undefined],
  ])('of %s %s answered %s', (pattern, method, status, expected) => {
    const event = eventOf({ method, route: pattern === undefined ? undefined : newRoute(pattern) }, status);

    expect(event && [event.type, event.outcome]).toEqual(expected);
  });
});
