import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { WholeLines } from './whole-lines.js';

describe('WholeLines', () => {
  it('holds the beginning of a line back until its end has come', async () => {
    const lines = new WholeLines();
    const seen: string[] = [];
    lines.on('data', (chunk: Buffer) => seen.push(chunk.toString()));

    for (const chunk of ['a\nb', 'b', '\n', 'c\nd\n']) lines.write(chunk);
    lines.end();
    await new Promise((resolve) => lines.on('end', resolve));

    expect(seen).toEqual(['a\n', 'bb\n', 'c\nd\n']);
  });

  it('ends a line that was never ended', async () => {
    const lines = new WholeLines();
    lines.end('a\nb');

    expect(await text(lines)).toBe('a\nb\n');
  });
});
