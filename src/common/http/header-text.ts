/**
 * A header's value as the text its sender meant, cut to a number of bytes. Node hands headers on as Latin-1; clients that
 * send more than ASCII mean UTF-8.
 * @param value - as Node gives it
 * @returns at most `maxBytes` bytes of UTF-8, never half a character; bytes that are no UTF-8 stand as U+FFFD
 */
export function headerText(value: string, maxBytes: number): string {
  const text = cut(Buffer.from(value, 'latin1'), maxBytes);
  // A replacement character is longer than the byte it stands for.
  return Buffer.byteLength(text) <= maxBytes ? text : cut(Buffer.from(text), maxBytes);
}

/** A text as Node takes it for a header: a character for each byte of its UTF-8, since Node refuses any above U+00FF. */
export function headerBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/**
 * The longest prefix of UTF-8 bytes, at most `maxBytes` long, that does not end inside a character.
 */
export function cut(bytes: Buffer, maxBytes: number): string {
  let end = Math.min(bytes.length, maxBytes);
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
