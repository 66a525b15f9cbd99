import { describe, expect, it, vi } from 'vitest';
import { readLines } from './read-lines.js';

async function linesOf(...chunks: Uint8Array[]): Promise<string[]> {
  async function* stream() {
    yield* chunks;
  }
  const lines: string[] = [];
  for await (const line of readLines(stream(), () => undefined)) lines.push(line);
  return lines;
}

describe('readLines', () => {
  it('joins lines over chunks, also within a character, and drops what was cut off', async () => {
    const bytes = Buffer.from('one\n\ntwo é three\nfour\nfi');

    const byteByByte = await linesOf(...Array.from(bytes, (byte) => Uint8Array.of(byte)));

    expect(byteByByte).toEqual(['one', 'two é three', 'four']);
    expect(await linesOf(bytes)).toEqual(byteByByte);
  });

  it('tells of every chunk', async () => {
    const onBytes = vi.fn();
    async function* stream() {
      yield Buffer.from('a');
      yield Buffer.from('b\n');
    }

    await readLines(stream(), onBytes).next();

    expect(onBytes).toHaveBeenCalledTimes(2);
  });
});
