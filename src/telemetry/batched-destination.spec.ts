import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchedDestination } from './batched-destination.js';

function newDestination() {
  const exitListeners = process.listeners('exit');
  const path = join(mkdtempSync(join(tmpdir(), 'log-')), 'log');
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
});
