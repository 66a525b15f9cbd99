import { InvalidInputError, PayloadTooLargeError } from '../errors.js';
import type { HttpRequest } from './request-context.js';

/** Bodies above this many bytes are refused (admin-api spec B4). */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** How long the start of a body that is refused by its declared length is waited for, in milliseconds. */
const START_WAIT_MS = 250;

/** A body and what has been read of it so far. */
interface Reading {
  readonly body: Promise<Buffer>;
  readonly chunks: readonly Buffer[];
}

const readings = new WeakMap<HttpRequest, Reading>();

/** Takes the first bytes as they come, no longer than {@link START_WAIT_MS}: a client may send none before the answer. */
function takeStart(request: HttpRequest, bytes: number, chunks: Buffer[]): Promise<void> {
  return new Promise((resolve) => {
    let missing = bytes;
    const end = (): void => {
      clearTimeout(timer);
      request.off('data', take).off('close', end).pause();
      resolve();
    };
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      missing -= chunk.length;
      if (missing <= 0) end();
    };
    const timer = setTimeout(end, START_WAIT_MS);
    request.on('data', take).once('close', end);
  });
}

async function read(request: HttpRequest, chunks: Buffer[], keepStart: number): Promise<Buffer> {
  const tooLarge = (): PayloadTooLargeError => new PayloadTooLargeError('request body too large');
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    if (keepStart > 0) await takeStart(request, keepStart, chunks);
    throw tooLarge();
  }
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
 * @param keepStart - how many bytes are wanted of a body that is refused for its declared length; none unless told
 * @throws PayloadTooLargeError above {@link MAX_BODY_BYTES}, without having read the rest; InvalidInputError when the
 *   connection broke before the end
 */
export function requestBody(request: HttpRequest, keepStart = 0): Promise<Buffer> {
  let reading = readings.get(request);
  if (!reading) {
    const chunks: Buffer[] = [];
    reading = { body: read(request, chunks, keepStart), chunks };
    readings.set(request, reading);
  }
  return reading.body;
}

/** The body if somebody has asked for it before; never reads. */
export function readRequestBody(request: HttpRequest): Promise<Buffer> | undefined {
  return readings.get(request)?.body;
}

/** What was read of a body, also of one that was refused for its size or broke off; empty when nothing was. */
export function requestBodyStart(request: HttpRequest): Buffer {
  return Buffer.concat(readings.get(request)?.chunks ?? []);
}
