import { createHash } from 'node:crypto';

/** 32-bit words of a slot: 96 bits of the key's digest, 32 of the content's. */
const WORDS = 4;
const FIRST_CAPACITY = 1024;
const MAX_LOAD = 0.7;

/** What an entry turned out to be. */
export type Occurrence = 'first' | 'same' | 'different';

/**
 * Remembers which entries have been seen, and with what content, in about 25 bytes an entry: what a `Map` would take for a
 * million entries does not fit beside a running server.
 */
export class DigestTable {
  #capacity = FIRST_CAPACITY;
  #slots = new Uint32Array(FIRST_CAPACITY * WORDS);
  #size = 0;

  /**
   * Records an entry.
   * @param key - names the entry
   * @param content - hexadecimal digest of its content
   */
  add(key: string, content: string): Occurrence {
    if (this.#size >= this.#capacity * MAX_LOAD) this.#grow();
    const digest = keyDigest(key);
    const word = Number.parseInt(content.slice(0, 8), 16);
    const slot = this.#find(digest);
    if (this.#isFree(slot)) {
      this.#slots.set(digest, slot);
      this.#slots[slot + 3] = word;
      this.#size++;
      return 'first';
    }
    return this.#slots[slot + 3] === word ? 'same' : 'different';
  }

  #isFree(slot: number): boolean {
    return this.#slots[slot] === 0 && this.#slots[slot + 1] === 0 && this.#slots[slot + 2] === 0;
  }

  #find(digest: Uint32Array): number {
    for (let index = (digest[0] ?? 0) % this.#capacity; ; index = (index + 1) % this.#capacity) {
      const slot = index * WORDS;
      if (this.#isFree(slot)) return slot;
      const [a, b, c] = [this.#slots[slot], this.#slots[slot + 1], this.#slots[slot + 2]];
      if (a === digest[0] && b === digest[1] && c === digest[2]) return slot;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * WORDS);
    for (let slot = 0; slot < old.length; slot += WORDS) {
      const digest = old.slice(slot, slot + 3);
      if (digest.every((word) => word === 0)) continue;
      const target = this.#find(digest);
      this.#slots.set(old.subarray(slot, slot + WORDS), target);
    }
  }
}

function keyDigest(key: string): Uint32Array {
  const bytes = createHash('sha256').update(key).digest();
  return Uint32Array.of(bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8));
}
