import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blankOut, takeBack } from './cut-record.js';

describe('a record of which only the beginning was written', () => {
  let folder: string;
  let path: string;
  let descriptor: number;
  const append = (text: string) => writeSync(descriptor, text);
  const text = () => readFile(path, 'utf8');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cut-record-'));
    path = join(folder, 'audit.log');
    descriptor = openSync(path, 'a');
    append('{"a":1}\n');
  });
  afterEach(async () => {
    closeSync(descriptor);
    await rm(folder, { recursive: true });
  });

  it('is taken back by the only writer', async () => {
    append('{"b":');

    takeBack(descriptor, 5);

    expect(await text()).toBe('{"a":1}\n');
  });

  it('is made empty lines by one of several, after which records of others stand on lines of their own', async () => {
    append('{"b":');

    expect(blankOut(descriptor, path, Buffer.from('{"b":'))).toBe(true);

    const other = openSync(path, 'a');
    writeSync(other, '{"c":3}\n');
    closeSync(other);
    expect(await text()).toBe('{"a":1}\n\n\n\n\n\n{"c":3}\n');
  });

  it('is left alone where another record has come after it', async () => {
    append('{"b":{"c":3}\n');

    expect(blankOut(descriptor, path, Buffer.from('{"b":'))).toBe(false);
    expect(await text()).toBe('{"a":1}\n{"b":{"c":3}\n');
  });

  it('is left alone in a file that has been rotated away', async () => {
    append('{"b":');
    await rename(path, `${path}.1`);
    await writeFile(path, '{"b":');

    expect(blankOut(descriptor, path, Buffer.from('{"b":'))).toBe(false);
    expect(await text()).toBe('{"b":');
  });
});
