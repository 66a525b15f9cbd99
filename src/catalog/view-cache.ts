import { LRUCache } from 'lru-cache';
import type { Visibility } from '../auth/visibility.js';
import type { EntryKind } from '../model/entry-kind.js';
import type { PageCache } from './page-cache.js';
import type { ShelfStack } from './shelf-stack.js';
import { View } from './view.js';

/** Bound of the memory that views take for their own, in references to versions and entries (8 bytes each). */
const MAX_REFERENCES = 8_000_000;

/** Entries once, versions in both lists and as often again in remembered selections. */
function referencesOf(view: View): number {
  return Math.min(2 * view.entries.length + 4 * view.versionCount + 2_000, MAX_REFERENCES / 4);
}

/** Keeps views, so that callers who see the same share one. */
export class ViewCache {
  readonly #views = new LRUCache<string, View>({ maxSize: MAX_REFERENCES, sizeCalculation: referencesOf });

  constructor(private readonly pages: PageCache) {}

  /** The view of a stack for callers of that visibility. */
  get(kind: EntryKind, stack: ShelfStack, visibility: Visibility): View {
    const scope = stack.scopeOf(visibility);
    const key = `${kind} ${stack.key} ${scope.key}`;
    let view = this.#views.get(key);
    if (!view) {
      view = new View(kind, stack, scope, this.pages);
      this.#views.set(key, view);
    }
    return view;
  }

  /** Lets go of views over stacks that are not in use any more: nobody will ask for them, but they hold old shelves. */
  retain(stacks: ReadonlySet<ShelfStack>): void {
    for (const [key, view] of this.#views) {
      if (!stacks.has(view.stack)) this.#views.delete(key);
    }
  }
}
