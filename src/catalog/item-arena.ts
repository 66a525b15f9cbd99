/** Where the bytes of one item stand: `slab[start, end)`, followed by a line feed at `end`. */
export interface ItemBytes {
  readonly slab: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Above 32 MiB malloc maps memory of its own, which goes back to the system as soon as the slab is let go of. */
const MAX_SLAB_BYTES = 33 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * Keeps the bytes of many items in few buffers: an ArrayBuffer of its own would cost each item more memory than most
 * documents have. Slabs grow with what has been written, so that small arenas waste nothing.
 */
export class ItemArena {
  #slab: Buffer = Buffer.alloc(0);
  #used = 0;
  #allocatedBytes = 0;

  /** Bytes of all slabs so far. */
  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /** Writes an item that is given in parts: texts, and bytes of other items. */
  write(parts: readonly (string | ItemBytes)[]): ItemBytes {
    let size = 1;
    for (const part of parts) size += typeof part === 'string' ? Buffer.byteLength(part) : part.end - part.start;
    this.#reserve(size);
    const start = this.#used;
    for (const part of parts) {
      this.#used +=
        typeof part === 'string'
          ? this.#slab.write(part, this.#used)
          : part.slab.copy(this.#slab, this.#used, part.start, part.end);
    }
    const end = this.#used;
    this.#slab[end] = LINE_FEED;
    this.#used = end + 1;
    return { slab: this.#slab, start, end };
  }

  #reserve(size: number): void {
    if (this.#slab.length - this.#used >= size) return;
    this.#slab = Buffer.allocUnsafeSlow(Math.max(size, Math.min(this.#allocatedBytes, MAX_SLAB_BYTES)));
    this.#allocatedBytes += this.#slab.length;
    this.#used = 0;
  }
}
