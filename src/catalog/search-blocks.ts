import { compareCodePoints } from '../common/code-point-order.js';
import { atOnce, type Steps } from '../common/in-slices.js';
import type { CatalogEntry, CatalogVersion } from './catalog-entry.js';
import { allVersions, layOut } from './item-layout.js';
import { SEPARATOR } from './search-text.js';
import { findPlace } from './sorted.js';

/**
 * Characters of a block as a rule: so many that entries are hardly ever looked at one by one, so few that a block is made
 * anew within some tens of microseconds when one of its entries changes.
 */
const BLOCK_LENGTH = 32 * 1024;

/** The search texts of neighbouring items in one text: what has to be looked through stands together in memory. */
interface Block {
  /** All items of a name stand in one block. */
  readonly firstName: string;
  readonly items: readonly CatalogVersion[];
  readonly text: string;
  /** Where in the text each search text begins, and where the one after the last would. */
  readonly starts: Uint32Array;
  /** The first item of each search text, and the one after the last. */
  readonly firstItems: Uint32Array;
}

/** @param entries - at least one; of their names all */
function makeBlock(entries: readonly CatalogEntry[]): Block {
  const items = atOnce(layOut(entries, allVersions));
  const texts: string[] = [];
  const starts: number[] = [];
  const firstItems: number[] = [];
  let end = 0;
  for (const [index, { searchText }] of items.entries()) {
    // Versions of one entry follow each other and as a rule share their text.
    if (searchText === texts.at(-1)) continue;
    texts.push(searchText);
    starts.push(end);
    firstItems.push(index);
    end += searchText.length + SEPARATOR.length;
  }
  return {
    firstName: (entries[0] as CatalogEntry).name,
    items,
    text: texts.join(SEPARATOR),
    starts: Uint32Array.from([...starts, end]),
    firstItems: Uint32Array.from([...firstItems, items.length]),
  };
}

/** Cuts entries into blocks, and stops after each. */
function* cutIntoBlocks(entries: readonly CatalogEntry[], blocks: Block[]): Steps<void> {
  let start = 0;
  let length = 0;
  for (const [index, { name, latest }] of entries.entries()) {
    length += latest.searchText.length;
    if (length < BLOCK_LENGTH || entries[index + 1]?.name === name) continue;
    blocks.push(makeBlock(entries.slice(start, index + 1)));
    yield;
    start = index + 1;
    length = 0;
  }
  if (start < entries.length) blocks.push(makeBlock(entries.slice(start)));
}

/** Whether a text holds all words; one that it lacks is moved to the front, since the next text may lack it too. */
function holdsAll(text: string, words: string[]): boolean {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (text.includes(word)) continue;
    words.copyWithin(1, 0, index);
    words[0] = word;
    return false;
  }
  return true;
}

/** Goes from one occurrence of the first word to the next, and looks for the others only where there is one. */
function searchBlock({ items, text, starts, firstItems }: Block, words: string[], found: CatalogVersion[]): void {
  const count = starts.length - 1;
  for (let index = 0; index < count; index++) {
    const at = text.indexOf(words[0] as string, starts[index]);
    if (at === -1) return;
    while ((starts[index + 1] as number) <= at) index++;
    const first = firstItems[index] as number;
    if (!holdsAll((items[first] as CatalogVersion).searchText, words)) continue;
    for (let item = first; item < (firstItems[index + 1] as number); item++) found.push(items[item] as CatalogVersion);
  }
}

/** The search texts of a list of entries. Immutable. */
export class SearchBlocks {
  private constructor(private readonly blocks: readonly Block[]) {}

  /** @param entries - ordered by `compareEntryNames` */
  static *of(entries: readonly CatalogEntry[]): Steps<SearchBlocks> {
    const blocks: Block[] = [];
    yield* cutIntoBlocks(entries, blocks);
    return new SearchBlocks(blocks);
  }

  /**
   * Those of a list with other entries at some names; all blocks without such a name are taken over.
   * @param names - ordered, each once
   */
  *derive(entries: readonly CatalogEntry[], names: readonly string[]): Steps<SearchBlocks> {
    if (this.blocks.length === 0) return yield* SearchBlocks.of(entries);
    const blocks: Block[] = [];
    let name = 0;
    for (const [index, block] of this.blocks.entries()) {
      const next = this.blocks[index + 1]?.firstName;
      const isBeforeNext = (other: string): boolean => next === undefined || compareCodePoints(other, next) < 0;
      const nextName = findPlace(names, isBeforeNext, name);
      if (nextName === name) {
        blocks.push(block);
        continue;
      }
      name = nextName;
      const isBeforeBlock = (entry: CatalogEntry): boolean => compareCodePoints(entry.name, block.firstName) < 0;
      // Names before all others go into the first block.
      const start = index === 0 ? 0 : findPlace(entries, isBeforeBlock);
      const end = findPlace(entries, (entry) => isBeforeNext(entry.name), start);
      yield* cutIntoBlocks(entries.slice(start, end), blocks);
    }
    return new SearchBlocks(blocks);
  }

  /**
   * The items whose search texts hold all words, in list order.
   * @param words - at least one, lower-cased; see `searchWords`
   */
  find(words: readonly string[]): readonly CatalogVersion[] {
    // The longest word is the one that fewest texts hold, as a rule.
    const inOrder = words.toSorted((a, b) => b.length - a.length);
    const found: CatalogVersion[] = [];
    for (const block of this.blocks) searchBlock(block, inOrder, found);
    return found;
  }
}
