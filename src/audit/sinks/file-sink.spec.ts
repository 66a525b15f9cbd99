import { mkdir, mkdtemp, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileSink } from './file-sink.js';

const FULL_DEVICE = '/dev/full';

describe.runIf(existsSync(FULL_DEVICE))('a file that cannot be written', () => {
  let folder: string;
  let path: string;
  let failures: number;
  let lost: number;
  let recoveries: number;
  const observer = {
    onFailure: () => void failures++,
    onLoss: (lines: number) => void (lost += lines),
    onRecovery: () => void recoveries++,
  };

  beforeEach(async () => {
    [failures, lost, recoveries] = [0, 0, 0];
    folder = await mkdtemp(join(tmpdir(), 'file-sink-'));
    path = join(folder, 'audit.log');
    await symlink(FULL_DEVICE, path);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps its lines and writes them in order when it can be written again', async () => {
    const sink = new FileSink(path, observer);
    sink.write('1\n');
    sink.write('2\n');
    expect([sink.isFailing, failures, lost, recoveries]).toEqual([true, 2, 0, 0]);

    await unlink(path);
    sink.reopen();
    sink.write('3\n');
    sink.close();

    expect([await readFile(path, 'utf8'), sink.isFailing, lost, recoveries]).toEqual(['1\n2\n3\n', false, 0, 1]);
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

describe('a file that is moved away', () => {
  let folder: string;
  let path: string;
  let sink: FileSink;
  const observer = { onFailure: vi.fn(), onLoss: vi.fn(), onRecovery: vi.fn() };

  beforeEach(async () => {
    vi.clearAllMocks();
    vi.useFakeTimers();
    folder = await mkdtemp(join(tmpdir(), 'file-sink-'));
    await mkdir(join(folder, 'log'));
    path = join(folder, 'log', 'audit.log');
    sink = new FileSink(path, observer);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await rm(folder, { recursive: true });
  });
  const told = () => [observer.onFailure, observer.onLoss, observer.onRecovery].map(({ mock }) => mock.calls.length);

  it('is written on where it is while the path cannot be opened, which counts as a failure', async () => {
    await rename(join(folder, 'log'), join(folder, 'old'));
    sink.reopen();
    sink.write('1\n');
    expect([sink.isFailing, ...told()]).toEqual([true, 1, 0, 0]);

    await mkdir(join(folder, 'log'));
    vi.advanceTimersByTime(2_000);
    sink.write('2\n');
    sink.close();

    expect([sink.isFailing, ...told()]).toEqual([false, 1, 0, 1]);
    expect(await readFile(join(folder, 'old', 'audit.log'), 'utf8')).toBe('1\n');
    expect(await readFile(path, 'utf8')).toBe('2\n');
  });

  it('keeps its lines while the file is gone with its folder', async () => {
    await rm(join(folder, 'log'), { recursive: true });
    vi.advanceTimersByTime(2_000);
    sink.write('1\n');
    expect(sink.isFailing).toBe(true);

    await mkdir(join(folder, 'log'));
    vi.advanceTimersByTime(2_000);
    sink.close();

    expect([await readFile(path, 'utf8'), ...told().slice(1)]).toEqual(['1\n', 0, 1]);
  });

  it('says so when a line comes after the end', async () => {
    sink.close();

    sink.write('1\n');
    sink.reopen();

    expect([await readFile(path, 'utf8'), ...told()]).toEqual(['', 0, 1, 0]);
  });

  it.each([
    ['{"whole":1}\n', '{"whole":1}\n{}\n'],
    ['{"to', '{"to\n{}\n'],
    ['', '{}\n'],
  ])('goes on after %j on a line of its own', async (earlier, all) => {
    const other = join(folder, 'other.log');
    await writeFile(other, earlier);

    const second = new FileSink(other, observer);
    second.write('{}\n');
    second.close();

    expect(await readFile(other, 'utf8')).toBe(all);
    sink.close();
  });
});
