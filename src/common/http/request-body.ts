import { InvalidInputError, PayloadTooLargeError } from '../errors.js';
import type { HttpRequest } from './request-context.js';

/** Bodies above this many bytes are refused (admin-api spec B4). */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

const bodies = new WeakMap<HttpRequest, Promise<Buffer>>();

async function read(request: HttpRequest): Promise<Buffer> {
  const tooLarge = (): PayloadTooLargeError => new PayloadTooLargeError('request body too large');
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof PayloadTooLargeError) throw error;
    throw new InvalidInputError('invalid request body: it ended early', { cause: error });
  }
  return Buffer.concat(chunks, size);
}

/**
 * The body's bytes, read from the connection at the first call and remembered, so that the audit log may ask as well.
 * Nothing is read before somebody asks: a refused request costs no memory.
 * @throws PayloadTooLargeError above {@link MAX_BODY_BYTES}, without having read the rest; InvalidInputError when the
 *   connection broke before the end
 */
export function requestBody(request: HttpRequest): Promise<Buffer> {
  let body = bodies.get(request);
  if (!body) {
    body = read(request);
    bodies.set(request, body);
  }
  return body;
}

/** The body if somebody has asked for it before; never reads. */
export function readRequestBody(request: HttpRequest): Promise<Buffer> | undefined {
  return bodies.get(request);
}
