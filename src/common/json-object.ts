/** A plain JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object: not null, no array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy without some members; a member such as `__proto__` stays an ordinary one. */
export function withoutMembers(value: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** The text itself; empty for anything that is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
