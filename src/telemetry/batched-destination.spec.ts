import { existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { batchedDestination } from './batched-destination.js';

function newDestination(path = join(mkdtempSync(join(tmpdir(), 'log-')), 'log')) {
  const exitListeners = process.listeners('exit');
  const stream = batchedDestination(openSync(path, 'w'));
  const added = process.listeners('exit').filter((listener) => !exitListeners.includes(listener));
  onTestFinished(() => {
    for (const listener of added) process.off('exit', listener);
  });
  const exit = (): void => {
    for (const listener of added) listener(0);
  };
  return { stream, content: () => readFileSync(path, 'utf8'), exit };
}

describe('batchedDestination', () => {
  it('writes the lines of one turn in order when the turn is over', async () => {
    const { stream, content } = newDestination();

    stream.write('one\n');
    stream.write('two\n');
    expect(content()).toBe('');
    await setImmediate();

    expect(content()).toBe('one\ntwo\n');
  });

  it('writes what comes right after within two milliseconds, at once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const { stream, content } = newDestination();
    stream.write('one\n');
    await setImmediate();

    stream.write('two\n');
    await setImmediate();
    stream.write('three\n');
    expect(content()).toBe('one\n');
    vi.advanceTimersByTime(2);

    expect(content()).toBe('one\ntwo\nthree\n');
  });

  it('writes what waits when the process exits', () => {
    const { stream, content, exit } = newDestination();
    stream.write('last words\n');

    exit();

    expect(content()).toBe('last words\n');
  });

  it('does not let lines pile up', () => {
    const { stream, content } = newDestination();
    const line = `${'x'.repeat(999)}\n`;

    for (let index = 0; index < 100; index++) stream.write(line);

    expect(content().length).toBeGreaterThan(60_000);
  });

  it.runIf(existsSync('/dev/full'))('goes on, and keeps no more than it may, on a full disk', async () => {
    const { stream, exit } = newDestination('/dev/full');
    const line = `${'x'.repeat(99_999)}\n`;
    const before = process.memoryUsage().heapUsed;

    for (let index = 0; index < 1_000; index++) {
      stream.write(line);
      await setImmediate();
    }
    exit();

    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
  });
});
