import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileSourceFetcher } from '../../src/sync/fetchers/file-source.fetcher.js';
import { HttpClient } from '../../src/sync/http/http-client.js';

const http = new HttpClient(false);
const { signal } = new AbortController();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-source-'));
});
afterAll(async () => {
  await http.close();
  await rm(folder, { recursive: true });
});

function fetch(path: string, knownHash: string | null = null) {
  return new FileSourceFetcher().fetch({ path }, { http, state: null, knownHash, signal });
}

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('FileSourceFetcher, reading a path', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a little', Buffer.from('{"a": "ü"}')],
    ['more than one block', Buffer.alloc(700_001, 'x')],
  ])('gives %s with its digest', async (_what, content) => {
    const fetched = await fetch(await file('plain.json', content));

    expect(fetched?.bytes.equals(content)).toBe(true);
    expect(fetched?.hash).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it('gives nothing as long as the content is the one that is known', async () => {
    const path = await file('known.json', 'one');
    const known = (await fetch(path))!.hash;

    expect(await fetch(path, known)).toBeUndefined();
    await file('known.json', 'two');
    expect((await fetch(path, known))?.bytes.toString()).toBe('two');
  });

  it('follows links, and reads relative paths from the working directory', async () => {
    const path = await file('target.json', 'linked');
    await symlink(path, join(folder, 'link.json'));

    expect((await fetch(join(folder, 'link.json')))?.bytes.toString()).toBe('linked');
    expect((await fetch(relative(process.cwd(), path)))?.bytes.toString()).toBe('linked');
  });

  it('names what it cannot read', async () => {
    const missing = join(folder, 'missing.json');
    await expect(fetch(missing)).rejects.toThrow(`file not found: ${missing}`);
    await expect(fetch(join(await file('file', ''), 'below'))).rejects.toThrow('file not found');
    await mkdir(join(folder, 'folder'));
    await expect(fetch(join(folder, 'folder'))).rejects.toThrow(/folder: it is a directory/);
  });

  it('refuses pipes and devices, which may never end', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);

    await expect(fetch(pipe)).rejects.toThrow('not a regular file');
    await expect(fetch('/dev/zero')).rejects.toThrow('not a regular file');
  });

  it('refuses more than 1 GiB without reading it', async () => {
    const path = join(folder, 'large');
    const handle = await open(path, 'w');
    await handle.truncate(1024 ** 3 + 1);
    await handle.close();

    await expect(fetch(path)).rejects.toThrow('larger than 1073741824 bytes');
  });
});
