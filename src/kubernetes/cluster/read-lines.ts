/**
 * Splits a stream into its lines; what follows the last line break is dropped, since it was cut off.
 * @param onBytes - called whenever something arrives
 */
export async function* readLines(
  stream: AsyncIterable<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  // Parts of an unfinished line: a large object comes in many chunks, which are joined once.
  let parts: string[] = [];
  for await (const chunk of stream) {
    onBytes();
    const pieces = decoder.decode(chunk, { stream: true }).split('\n');
    parts.push(pieces[0] ?? '');
    for (const piece of pieces.slice(1)) {
      const line = parts.join('');
      if (line !== '') yield line;
      parts = [piece];
    }
  }
}
