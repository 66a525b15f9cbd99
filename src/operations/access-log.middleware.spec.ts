import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { setCaller } from '../auth/current-caller.decorator.js';
import { setRequestContext } from '../common/http/request-context.js';
import { logFlat } from '../telemetry/logging.js';
import { createAccessLogMiddleware } from './access-log.middleware.js';

vi.mock(import('../telemetry/logging.js'), async (original) => ({ ...(await original()), logFlat: vi.fn() }));

interface Exchange {
  readonly request: Request;
  readonly response: Response & EventEmitter;
}

function newExchange(status: number, address = '::ffff:10.0.0.1'): Exchange {
  const request = {
    method: 'GET',
    headers: {},
    socket: { remoteAddress: address, remotePort: 5 },
  } as unknown as Request;
  const response = Object.assign(new EventEmitter(), {
    statusCode: status,
    headersSent: status !== 0,
    getHeader: () => '17',
  }) as unknown as Response & EventEmitter;
  setRequestContext(request, {
    requestId: 'id',
    startedAt: performance.now() - 20,
    rawPath: '/v1/me',
    route: undefined,
    signal: new AbortController().signal,
  });
  return { request, response };
}

describe('the access log', () => {
  afterEach(() => void vi.restoreAllMocks());

  function lineOf({ request, response }: Exchange): [level: string, fields: Record<string, unknown>] {
    const lines: [string, Record<string, unknown>][] = [];
    vi.mocked(logFlat).mockImplementation((level, fields) => void lines.push([level, fields]));
    const next = vi.fn();
    void createAccessLogMiddleware()(request, response, next);
    expect([next.mock.calls.length, lines.length]).toEqual([1, 0]);
    response.emit('close');
    expect(lines).toHaveLength(1);
    return lines[0]!;
  }

  it('has one line for an answered request', () => {
    const exchange = newExchange(200);
    setCaller(exchange.request, { subject: 'sam', displayName: 'Sam', claims: {}, roles: new Set() });

    const [level, fields] = lineOf(exchange);

    expect(level).toBe('info');
    expect(fields).toEqual({
      method: 'GET',
      path: '/v1/me',
      status: 200,
      duration_ms: expect.any(Number),
      response_bytes: 17,
      request_id: 'id',
      remote_addr: '10.0.0.1:5',
      sub: 'sam',
      user: 'Sam',
    });
    expect(fields['duration_ms']).toBeGreaterThanOrEqual(20);
  });

  it.each([
    [304, 'info', 304],
    [404, 'warn', 404],
    [503, 'error', 503],
    [0, 'warn', 499],
  ])('of a request that ends with %i has the level %s', (status, level, logged) => {
    const [seen, fields] = lineOf(newExchange(status, '::1'));

    expect([seen, fields['status'], fields['remote_addr'], fields['sub']]).toEqual([
      level,
      logged,
      '[::1]:5',
      'anonymous',
    ]);
  });
});
