/**
 * Stands between the fields of a search text, and between search texts. Queries cannot hold it (it is refused), so no match
 * reaches from one into the next.
 */
export const SEPARATOR = '\u0000';

/** Lower-cased. A capital sigma becomes another letter at the end of a word, which a part of the word must match too. */
function lowerCased(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

/** What `search` looks at: name, title, description and tags, lower-cased (consumer spec 3, ahead.md P5). */
export function searchTextOf(name: string, title: string, description: string, tags: readonly string[]): string {
  return lowerCased([name, title, description, ...tags].join(SEPARATOR));
}

/**
 * The texts that must all occur: two or more words are taken one by one, anything else literally and untrimmed.
 * @returns at least one text, lower-cased, each once
 */
export function searchWords(search: string): readonly string[] {
  const lowered = lowerCased(search);
  const words = lowered.split(/\s+/u).filter((word) => word !== '');
  return words.length > 1 ? [...new Set(words)] : [lowered];
}
