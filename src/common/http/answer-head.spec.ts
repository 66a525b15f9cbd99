import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { addHeader, collectHeaders, completeHead, settleHeaders } from './answer-head.js';
import type { HttpResponse } from './request-context.js';

/** What Node.js adds by itself. */
const OF_NODE = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding']);

describe('the head of an answer', () => {
  const server = createServer();

  afterEach(() => void server.close());

  async function headOf(answer: (response: HttpResponse) => void): Promise<[number, Record<string, string>]> {
    server.removeAllListeners('request').once('request', (_request, response) => {
      answer(response);
      response.end('{}');
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { status, headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return [status, Object.fromEntries([...headers].filter(([name]) => !OF_NODE.has(name)))];
  }

  const EXPECTED = { 'x-request-id': 'id', vary: 'Authorization, Accept-Encoding', 'content-length': '2' };
  const LAST = ['Vary', 'Accept-Encoding', 'Content-Length', '2'];

  const cases: [string, (response: HttpResponse) => void, Record<string, string>][] = [
    ['all headers that waited', () => undefined, EXPECTED],
    ['what somebody set meanwhile', (response) => response.setHeader('Allow', 'GET'), { ...EXPECTED, allow: 'GET' }],
    ['headers that no longer wait', settleHeaders, EXPECTED],
  ];

  it.each(cases)('has %s', async (_name, meanwhile, expected) => {
    const head = await headOf((response) => {
      response.statusCode = 404;
      collectHeaders(response);
      addHeader(response, 'X-Request-Id', 'id');
      meanwhile(response);
      addHeader(response, 'Vary', 'Authorization');
      completeHead(response, LAST);
    });

    expect(head).toEqual([404, expected]);
  });

  it('takes headers that are added when none are collected', async () => {
    const head = await headOf((response) => {
      addHeader(response, 'X-Request-Id', 'id');
      completeHead(response, ['Content-Length', '2']);
    });

    expect(head).toEqual([200, { 'x-request-id': 'id', 'content-length': '2' }]);
  });

  it('can be settled twice and be completed by Node.js', async () => {
    const head = await headOf((response) => {
      collectHeaders(response);
      addHeader(response, 'X-Request-Id', 'id');
      settleHeaders(response);
      settleHeaders(response);
    });

    expect(head).toEqual([200, { 'x-request-id': 'id', 'content-length': '2' }]);
  });
});
