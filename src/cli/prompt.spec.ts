import { describe, expect, it } from 'vitest';
import { inputOf } from '../../test/harness/cli-run.js';
import type { CliInput } from './cli-context.js';
import { readAll, readHidden, readLine } from './prompt.js';

describe('readLine', () => {
  it.each([
    ['a whole line', ['yes\n'], 'yes'],
    ['a line in pieces', ['y', 'e', 's\nmore'], 'yes'],
    ['a line of Windows', ['yes\r\n'], 'yes'],
    ['a line without an end', ['yes'], 'yes'],
    ['an empty line', ['\n'], ''],
  ])('reads %s', async (_name, chunks, line) => {
    await expect(readLine(inputOf(...chunks))).resolves.toBe(line);
  });

  it('gives nothing when there is nothing', async () => {
    await expect(readLine(inputOf())).resolves.toBeUndefined();
  });
});

describe('readAll', () => {
  it('joins characters that are cut in pieces', async () => {
    const [first, rest] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
    const input: CliInput = {
      async *[Symbol.asyncIterator]() {
        yield* [first, rest, Buffer.from('\nx')];
      },
    };

    await expect(readAll(input)).resolves.toBe('é\nx');
  });
});

describe('readHidden', () => {
  async function typed(...chunks: string[]) {
    const modes: boolean[] = [];
    let shown = '';
    const input: CliInput = { ...inputOf(...chunks), setRawMode: (isRaw) => modes.push(isRaw) };
    const output = { write: (text: unknown) => ((shown += String(text)), true) };
    const secret = await readHidden(input, 'Password: ', output).catch((error: Error) => error);
    return { secret, shown, modes };
  }

  it('shows nothing of what is typed and switches the terminal back', async () => {
    await expect(typed('hun', 'ter2\r')).resolves.toEqual({
      secret: 'hunter2',
      shown: 'Password: \n',
      modes: [true, false],
    });
  });

  it('understands backspace and the end of input', async () => {
    await expect(typed('abé\u007f\u0008c\u0004ignored')).resolves.toMatchObject({ secret: 'ac' });
  });

  it('ends at Control-C, with the terminal switched back', async () => {
    const { secret, modes } = await typed('abc\u0003');

    expect(secret).toBeInstanceOf(Error);
    expect(modes).toEqual([true, false]);
  });
});
