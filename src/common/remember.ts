/** Results that are remembered, and how long the text they were found for may be. */
const MAX_REMEMBERED = 10_000;
const MAX_LENGTH = 500;

/**
 * Remembers what a function of a text found, for one whose callers ask the same again and again. When many results are
 * remembered all are forgotten, which is cheaper than to know which were used last.
 * @param find - gives the same for the same text, as long as the result is in use
 */
export function remember<T>(find: (text: string) => T): (text: string) => T {
  const found = new Map<string, T>();
  return (text) => {
    const known = found.get(text);
    if (known !== undefined) return known;
    const result = find(text);
    if (text.length > MAX_LENGTH) return result;
    if (found.size >= MAX_REMEMBERED) found.clear();
    found.set(text, result);
    return result;
  };
}
