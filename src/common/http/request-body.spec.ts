import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { InvalidInputError, PayloadTooLargeError } from '../errors.js';
import { MAX_BODY_BYTES, readRequestBody, requestBody, requestBodyStart } from './request-body.js';
import type { HttpRequest } from './request-context.js';

const MIB = 1024 * 1024;

function newRequest(chunks: Iterable<Buffer | Error>, headers = {}): HttpRequest & { readonly taken: number } {
  let taken = 0;
  function* body(): Generator<Buffer> {
    for (const chunk of chunks) {
      if (chunk instanceof Error) throw chunk;
      taken += chunk.length;
      yield chunk;
    }
  }
  const stream = Readable.from(body(), { highWaterMark: 1 });
  return Object.defineProperty(Object.assign(stream, { headers }), 'taken', { get: () => taken }) as never;
}

function* repeated(chunk: Buffer, times: number): Generator<Buffer> {
  for (let index = 0; index < times; index++) yield chunk;
}

describe('the body of a request', () => {
  it.each([
    [['{"a"', ':1}'], '{"a":1}'],
    [[], ''],
  ])('of the parts %j is %j', async (parts, text) => {
    const request = newRequest(parts.map((part) => Buffer.from(part)));

    expect((await requestBody(request)).toString()).toBe(text);
  });

  it('is read once, however often it is asked for, and not before', async () => {
    const request = newRequest([Buffer.from('x')]);
    expect([readRequestBody(request), request.taken]).toEqual([undefined, 0]);

    const first = requestBody(request);

    expect([requestBody(request), readRequestBody(request)]).toEqual([first, first]);
    expect((await first).toString()).toBe('x');
  });

  it('may have 16 MiB', async () => {
    const body = await requestBody(newRequest(repeated(Buffer.alloc(MIB), 16)));

    expect(body.length).toBe(MAX_BODY_BYTES);
  });

  it('is refused above that by its declared length, unread', async () => {
    const request = newRequest([Buffer.from('x')], { 'content-length': String(MAX_BODY_BYTES + 1) });

    await expect(requestBody(request)).rejects.toThrow(PayloadTooLargeError);
    expect(request.taken).toBe(0);
  });

  it('is refused above that without a declared length, and not read to its end', async () => {
    const request = newRequest(repeated(Buffer.alloc(MIB), 100));

    await expect(requestBody(request)).rejects.toThrow(PayloadTooLargeError);
    expect(request.taken).toBeLessThan(20 * MIB);
  });

  it('that is cut off is invalid input', async () => {
    const request = newRequest([Buffer.from('{'), new Error('aborted')]);

    await expect(requestBody(request)).rejects.toThrow(new InvalidInputError('invalid request body: it ended early'));
    expect(requestBodyStart(request).toString()).toBe('{');
  });

  it('that is refused by its declared length leaves the start that is wanted of it', async () => {
    const parts = repeated(Buffer.from('abcd'), 100);
    const request = newRequest(parts, { 'content-length': String(MAX_BODY_BYTES + 1) });

    await expect(requestBody(request, 6)).rejects.toThrow(PayloadTooLargeError);
    expect(requestBodyStart(request).toString()).toBe('abcdabcd');
  });

  it('that is refused by its declared length is not waited for when nothing comes', async () => {
    const silent = Object.assign(new Readable({ read: () => undefined }), {
      headers: { 'content-length': String(MAX_BODY_BYTES + 1) },
    }) as never;

    await expect(requestBody(silent, 6)).rejects.toThrow(PayloadTooLargeError);
    expect(requestBodyStart(silent)).toHaveLength(0);
  });
});
