import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';

/** The encodings an answer can be sent in, besides as it is. */
export type ContentCoding = 'gzip' | 'deflate';

/**
 * A JSON answer that is bytes already. Its ETag and its compressed forms are made once, when first asked for, so an
 * instance that is kept in a cache serves any number of requests without work.
 */
export class JsonBytes {
  #etag: string | undefined;
  readonly #encoded = new Map<ContentCoding, Buffer>();

  /**
   * @param bytes - the body, JSON in UTF-8
   * @param options.conditional - whether the answer carries an ETag and honours `If-None-Match`
   */
  constructor(
    readonly bytes: Buffer,
    readonly options: { readonly conditional: boolean } = { conditional: false },
  ) {}

  /** The opaque part of a strong validator, without quotes. */
  get etag(): string {
    this.#etag ??= createHash('sha256').update(this.bytes).digest('base64url').slice(0, 27);
    return this.#etag;
  }

  /** The body in that coding, made at the first call. */
  encoded(coding: ContentCoding): Buffer {
    let encoded = this.#encoded.get(coding);
    if (!encoded) {
      encoded = coding === 'gzip' ? gzipSync(this.bytes) : deflateSync(this.bytes);
      this.#encoded.set(coding, encoded);
    }
    return encoded;
  }
}
