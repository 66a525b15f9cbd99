import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { FetchError, NetworkError } from '../pass-errors.js';
import { describeNetworkError } from './http-client.js';

/** The largest document, answer or repository that is taken: 100 MiB (sync spec 7). */
export const MAX_FETCH_BYTES = 104_857_600;

/** Bytes that were read whole, and their SHA-256 (hexadecimal), computed while they came in. */
export interface ReadBody {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly hash: string;
}

/**
 * Reads a stream to its end.
 * @param what - the thing that is read, for messages
 * @throws FetchError when the stream fails or is larger than `maxBytes`; the signal's reason when it ended the reading
 */
export async function readBody(
  stream: Readable,
  { what, signal, maxBytes = MAX_FETCH_BYTES }: { what: string; signal: AbortSignal; maxBytes?: number },
): Promise<ReadBody> {
  const hash: Hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      size += chunk.byteLength;
      if (size > maxBytes) throw new FetchError(`${what}: larger than ${maxBytes} bytes`);
      hash.update(chunk);
      chunks.push(chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FetchError) throw error;
    throw new NetworkError(`${what}: ${describeNetworkError(error)}`, { cause: error });
  }
  return { bytes: Buffer.concat(chunks, size), hash: hash.digest('hex') };
}
