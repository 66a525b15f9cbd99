/** The message of whatever was thrown: that of an error, else the value as a text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
