/**
 * Says why PostgreSQL could not hold a text: JSON and YAML can write both as an escape.
 * @returns what is wrong, to stand behind the text's name; undefined when it can be held
 */
export function findUnstorable(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain U+0000';
  return text.isWellFormed() ? undefined : 'must be well-formed Unicode (it holds an unpaired surrogate)';
}

/** A text in a form that PostgreSQL can hold, and no longer than that: for messages, which may quote anything. */
export function storableText(text: string, maxLength: number): string {
  return text.replaceAll('\0', '\\u0000').slice(0, maxLength).toWellFormed();
}
