import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { FetchError, NetworkError } from '../pass-errors.js';
import { describeNetworkError, type HttpAnswer } from './http-client.js';

/** The largest document, answer or repository that is taken: 100 MiB (sync spec 7). */
export const MAX_FETCH_BYTES = 104_857_600;

/** Bytes that were read whole, and their SHA-256 (hexadecimal), computed while they came in. */
export interface ReadBody {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly hash: string;
}

/** Puts the pieces of a body together, in one place from the start where the size is known. */
class Pieces {
  readonly #whole: Buffer<ArrayBuffer>;
  /** Bytes of it that are filled. */
  #filled = 0;
  /** What did not fit. */
  readonly #rest: Buffer[] = [];
  size = 0;

  constructor(expectedBytes: number) {
    this.#whole = Buffer.from(new ArrayBuffer(expectedBytes));
  }

  add(piece: Buffer): void {
    const fits = this.#rest.length === 0 && this.#filled + piece.byteLength <= this.#whole.byteLength;
    if (fits) {
      this.#whole.set(piece, this.#filled);
      this.#filled += piece.byteLength;
    } else this.#rest.push(piece);
    this.size += piece.byteLength;
  }

  join(): Buffer<ArrayBuffer> {
    const filled = this.#whole.subarray(0, this.#filled);
    return this.#rest.length === 0 ? filled : Buffer.concat([filled, ...this.#rest]);
  }
}

/** How a body is read. */
export interface BodyReading {
  /** The thing that is read, for messages. */
  readonly what: string;
  readonly signal: AbortSignal;
  readonly maxBytes?: number;
  /** What the size will probably be. */
  readonly expectedBytes?: number;
}

/** The size that an answer announces; undefined for a compressed one, whose size is another in the end. */
export function announcedSize({ headers }: Pick<HttpAnswer, 'headers'>): number | undefined {
  const length = headers['content-encoding'] === undefined ? Number(headers['content-length']) : Number.NaN;
  return Number.isSafeInteger(length) && length <= MAX_FETCH_BYTES ? length : undefined;
}

/**
 * Reads a stream to its end.
 * @throws FetchError when the stream fails or is larger than `maxBytes`; the signal's reason when it ended the reading
 */
export async function readBody(stream: Readable, reading: BodyReading): Promise<ReadBody> {
  const { what, signal, maxBytes = MAX_FETCH_BYTES, expectedBytes = 0 } = reading;
  const hash = createHash('sha256');
  const pieces = new Pieces(expectedBytes);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      pieces.add(piece);
      if (pieces.size > maxBytes) throw new FetchError(`${what}: larger than ${maxBytes} bytes`);
      hash.update(piece);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FetchError) throw error;
    throw new NetworkError(`${what}: ${describeNetworkError(error)}`, { cause: error });
  }
  return { bytes: pieces.join(), hash: hash.digest('hex') };
}
