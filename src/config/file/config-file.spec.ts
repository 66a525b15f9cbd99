import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createScratchFolder } from '../../../test/harness/config-files.js';
import { readConfigFile } from './config-file.js';
import { toPlain } from './config-node.js';

const folder = createScratchFolder();
afterAll(() => folder.remove());

/** Reads with another working directory. */
function readIn(directory: string, path: string): unknown {
  const before = process.cwd();
  process.chdir(directory);
  try {
    return read(path);
  } finally {
    process.chdir(before);
  }
}

function read(path: string): unknown {
  return toPlain(readConfigFile(path));
}

describe('readConfigFile', () => {
  it.each([
    ['c.yaml', 'a: 1'],
    ['c.yml', 'a: 1'],
    ['c.json', '{"a": 1}'],
    ['c.toml', 'a = 1'],
  ])('reads %s', (name, content) => {
    expect(read(folder.write(name, content))).toEqual({ a: 1 });
  });

  it.each(['c.conf', 'config', 'c.yaml.bak'])('refuses %s for its extension', (name) => {
    expect(() => read(folder.write(name, 'a: 1'))).toThrow('unsupported config type');
  });

  it('lets the extension of the resolved path decide', () => {
    const target = folder.write('linked/target.yaml', 'a: 1');
    const link = join(folder.path, 'link');
    symlinkSync(target, link);

    expect(read(link)).toEqual({ a: 1 });
  });

  it('follows links to links and links in folders, as volumes of Kubernetes have them', () => {
    folder.write('volume/..2026/config.yaml', 'a: 1');
    symlinkSync('..2026', join(folder.path, 'volume/..data'));
    symlinkSync('..data/config.yaml', join(folder.path, 'volume/config.yaml'));

    expect(read(join(folder.path, 'volume/config.yaml'))).toEqual({ a: 1 });
  });

  it('refuses links that lead in a circle', () => {
    symlinkSync('b.yaml', join(folder.path, 'a.yaml'));
    symlinkSync('a.yaml', join(folder.path, 'b.yaml'));

    expect(() => read(join(folder.path, 'a.yaml'))).toThrow('too many levels of symbolic links');
  });

  it('treats an empty file as an empty configuration', () => {
    expect(read(folder.write('empty.yaml', ''))).toEqual({});
    expect(read(folder.write('empty.json', '\n'))).toEqual({});
    expect(read(folder.write('comment.yaml', '# nothing yet\n'))).toEqual({});
  });

  it.each([
    ['c.yaml', 'a: 1'],
    ['c.json', '{"a": 1}'],
    ['c.toml', 'a = 1'],
  ])('skips a byte order mark of %s', (name, content) => {
    expect(read(folder.write(name, `\uFEFF${content}`))).toEqual({ a: 1 });
  });

  it('refuses bytes that are no UTF-8, and says where', () => {
    const path = folder.write('latin.yaml', '');
    writeFileSync(path, Buffer.from('a: 1\npath: /caf\xe9/é\n', 'latin1'));

    expect(() => read(path)).toThrow('cannot parse the file: line 2, column 11: not valid UTF-8');
  });

  it.each([
    ['a list', '- a'],
    ['a text', 'hello'],
  ])('refuses %s at the top', (_name, content) => {
    expect(() => read(folder.write('top.yaml', content))).toThrow('the top level must be a mapping of keys');
  });

  it('says why a file cannot be read', () => {
    mkdirSync(join(folder.path, 'folder.yaml'), { recursive: true });

    expect(() => read('')).toThrow('the path of the configuration file is empty');
    expect(() => read(join(folder.path, 'none.yaml'))).toThrow('none.yaml": no such file');
    expect(() => read(join(folder.path, 'folder.yaml'))).toThrow('folder.yaml": it is a directory');
  });

  describe('with a relative path', () => {
    folder.write('work/c.yaml', 'a: 1');
    folder.write('work/sub/c.yaml', 'a: 2');
    symlinkSync(join(folder.path, 'work/sub/c.yaml'), join(folder.path, 'work/absolute-link'));
    symlinkSync(join(folder.path, 'work'), join(folder.path, 'work/sub/up'));
    symlinkSync('../c.yaml', join(folder.path, 'work/sub/relative-link'));

    it.each([
      ['work', 'c.yaml', 1],
      ['work', './sub/c.yaml', 2],
      ['work', 'sub/../sub/c.yaml', 2],
      ['work', 'absolute-link', 2],
      ['work', 'sub/relative-link', 1],
      ['work/sub', 'up/c.yaml', 1],
    ])('in %s reads %s', (directory, path, expected) => {
      expect(readIn(join(folder.path, directory), path)).toEqual({ a: expected });
    });

    it.each(['../c.yaml', '../sub/c.yaml', 'relative-link'])(
      'refuses to climb out of the working directory by %s',
      (path) => {
        expect(() => readIn(join(folder.path, 'work/sub'), path)).toThrow('must not lie outside the working directory');
      },
    );
  });
});
