// JSON.stringify writes U+0000 and unpaired surrogates as escapes, and never other characters as such escapes.
const ESCAPES = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/**
 * Whether a JSON text holds U+0000 or an unpaired surrogate, which PostgreSQL refuses.
 * @param json - as `JSON.stringify` writes it
 */
export function hasUnstorableText(json: string): boolean {
  return ESCAPES.test(json);
}
