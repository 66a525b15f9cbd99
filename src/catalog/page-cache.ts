import { LRUCache } from 'lru-cache';
import type { JsonBytes } from '../common/http/json-bytes.js';
import type { CatalogAnswer } from './page.js';

/** What an answer takes besides its body: the objects around it, its key, its ETag. */
const OVERHEAD_BYTES = 600;

/** How often answers were found and not found, and the memory that they take. */
export interface PageCacheUsage {
  readonly hits: number;
  readonly misses: number;
  readonly bytes: number;
}

/**
 * Keeps answers that are asked for often, with the ETag and the compressed forms that are made of them on demand. Keys
 * begin with the generation of a view, so nothing is ever purged: a new generation has new keys, and the old ones are
 * pushed out.
 */
export class PageCache {
  #hits = 0;
  #misses = 0;
  readonly #answers: LRUCache<string, CatalogAnswer>;
  readonly #keys = new WeakMap<JsonBytes, string>();

  /** @param maxBytes - bound of the memory that the answers take; 0 keeps none */
  constructor(maxBytes: number) {
    this.#answers = new LRUCache({
      maxSize: Math.max(maxBytes, 1),
      // Compressed JSON of this kind has less than half the size.
      sizeCalculation: ({ body }, key) => Math.ceil(body.bytes.length * 1.5) + key.length + OVERHEAD_BYTES,
    });
  }

  /** What came of the requests so far, and an upper bound of the bytes that are held. */
  get usage(): PageCacheUsage {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#answers.calculatedSize };
  }

  /** The answer of that key, if it is still there. */
  find(key: string): CatalogAnswer | undefined {
    const answer = this.#answers.get(key);
    if (answer) this.#hits++;
    return answer;
  }

  /** The key under which a body was kept. */
  keyOf(body: JsonBytes): string | undefined {
    return this.#keys.get(body);
  }

  /** The answer of that key; made and kept when it is not there. */
  get(key: string, make: () => CatalogAnswer): CatalogAnswer {
    let answer = this.#answers.get(key);
    if (answer) {
      this.#hits++;
    } else {
      this.#misses++;
      answer = make();
      this.#answers.set(key, answer);
      this.#keys.set(answer.body, key);
    }
    return answer;
  }
}
