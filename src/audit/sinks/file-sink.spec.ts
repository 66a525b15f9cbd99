import { mkdtemp, readFile, rm, symlink, unlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSink } from './file-sink.js';

const FULL_DEVICE = '/dev/full';

describe.runIf(existsSync(FULL_DEVICE))('a file that cannot be written', () => {
  let folder: string;
  let path: string;
  let failures: number;
  let lost: number;
  const observer = { onFailure: () => void failures++, onLoss: (lines: number) => void (lost += lines) };

  beforeEach(async () => {
    [failures, lost] = [0, 0];
    folder = await mkdtemp(join(tmpdir(), 'file-sink-'));
    path = join(folder, 'audit.log');
    await symlink(FULL_DEVICE, path);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps its lines and writes them in order when it can be written again', async () => {
    const sink = new FileSink(path, observer);
    sink.write('1\n');
    sink.write('2\n');
    expect([sink.isFailing, failures, lost]).toEqual([true, 2, 0]);

    await unlink(path);
    sink.reopen();
    sink.write('3\n');
    sink.close();

    expect([await readFile(path, 'utf8'), sink.isFailing, lost]).toEqual(['1\n2\n3\n', false, 0]);
  });

  it('loses the oldest lines when too many wait, and says how many', async () => {
    const sink = new FileSink(path, observer);
    const line = (n: number) => `${n}${'x'.repeat(1024 * 1024)}\n`;
    for (let n = 0; n < 18; n++) sink.write(line(n));
    expect(lost).toBe(3);

    await unlink(path);
    sink.reopen();
    sink.close();

    const kept = (await readFile(path, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((text) => Number.parseInt(text, 10));
    expect(kept).toEqual(Array.from({ length: 15 }, (_, n) => n + 3));
  });

  it('says how many lines are lost when it closes', () => {
    const sink = new FileSink(path, observer);
    sink.write('1\n');
    sink.write('2\n');

    sink.close();

    expect(lost).toBe(2);
  });
});
