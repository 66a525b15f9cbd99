import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';

/** The encodings an answer can be sent in, besides as it is. */
export type ContentCoding = 'gzip' | 'deflate';

/** Entity tags with their quotes, as `ETag` carries them. */
export type EntityTags = Readonly<Record<'identity' | ContentCoding, string>>;

function tagsOf(bytes: Buffer): EntityTags {
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
  return { identity: `"${hash}"`, gzip: `"${hash}-gzip"`, deflate: `"${hash}-deflate"` };
}

/**
 * A JSON answer that is bytes already. Its ETag and its compressed forms are made once, when first asked for, so an
 * instance that is kept in a cache serves any number of requests without work.
 */
export class JsonBytes {
  #etags: EntityTags | undefined;
  readonly #encoded = new Map<ContentCoding, Buffer>();

  /**
   * @param bytes - the body, JSON in UTF-8
   * @param options.conditional - whether the answer carries an ETag and honours `If-None-Match`
   */
  constructor(
    readonly bytes: Buffer,
    readonly options: { readonly conditional: boolean } = { conditional: false },
  ) {}

  /** The strong entity tag of the body as it is and of each coding, which are representations of their own (RFC 9110, 8.8.3.3). */
  get etags(): EntityTags {
    this.#etags ??= tagsOf(this.bytes);
    return this.#etags;
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
