import { describe, expect, it } from 'vitest';
import { locate, toPlain, type ConfigPath } from './config-node.js';
import { ConfigSyntaxError } from './syntax-error.js';
import { readToml } from './toml-reader.js';

const DOCUMENT = `# comment = "no key"
auth.mode = "anonymous"

[[sources]]
name = "a"
file = { path = "x" }
[sources.syncPolicy]
interval = "1h"

[[sources]]
name = "b"
  [sources.managed]

[database]
"host" = '''
port = 1
'''
port = 5432
`;

describe('readToml', () => {
  it('reads tables, lists of tables and inline tables', () => {
    expect(toPlain(readToml(DOCUMENT))).toEqual({
      auth: { mode: 'anonymous' },
      sources: [
        { name: 'a', file: { path: 'x' }, syncPolicy: { interval: '1h' } },
        { name: 'b', managed: {} },
      ],
      database: { host: 'port = 1\n', port: 5432 },
    });
  });

  it.each<[ConfigPath, number, number]>([
    [['auth', 'mode'], 2, 1],
    [['sources', 0], 4, 1],
    [['sources', 0, 'name'], 5, 1],
    [['sources', 0, 'file', 'path'], 6, 1],
    [['sources', 0, 'syncPolicy', 'interval'], 8, 1],
    [['sources', 1, 'name'], 11, 1],
    [['sources', 1, 'managed'], 12, 3],
    [['database', 'host'], 15, 1],
    [['database', 'port'], 18, 1],
    [['database', 'user'], 14, 1],
  ])('knows where %j stands, or else its parent', (path, line, column) => {
    expect(locate(readToml(DOCUMENT), path)).toEqual({ line, column });
  });

  it.each([
    ['broken syntax', 'a = 1\nb = [', 2],
    ['duplicate keys', 'a = 1\na = 2', 2],
  ])('refuses %s and says where', (_name, text, line) => {
    expect(() => readToml(text)).toThrow(ConfigSyntaxError);
    expect(() => readToml(text)).toThrow(`line ${line}, column`);
  });

  it('gives dates as texts', () => {
    expect(toPlain(readToml('d = 2026-01-02'))).toEqual({ d: '2026-01-02' });
  });
});
