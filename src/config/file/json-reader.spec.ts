import { describe, expect, it } from 'vitest';
import { toPlain } from './config-node.js';
import { readJson } from './json-reader.js';

describe('readJson', () => {
  it('reads JSON that is indented with tabs', () => {
    expect(toPlain(readJson('{\n\t"a": [\n\t\t1,\n\t\t"\\ud83d\\ude00\\/"\n\t]\n}\n'))).toEqual({ a: [1, '😀/'] });
  });

  it.each([
    ['a comma too many in an object', '{"a": 1,}', 'line 1, column 9'],
    ['a comma too many in a list', '[1,\n]', 'line 2, column 1'],
    ['a missing value', '{"a": }', 'line 1, column 7'],
    ['a missing comma', '{\n  "a": 1\n  "b": 2}', 'line 3, column 3'],
    ['a comment', '{"a": 1} # c', 'line 1, column 10'],
    ['keys without quotes', '{\n  "a": 1,\n  b\n}', 'line 3, column 3'],
    ['a text that is not closed', '{"a": "x', 'line 1, column 9'],
    ['duplicate keys', '{"a": 1,\n "a": 2}', 'line 2, column 2'],
  ])('refuses %s and says where', (_name, text, place) => {
    expect(() => readJson(text)).toThrow(`cannot parse the file: ${place}: `);
  });

  it('quotes nothing of the document, which may hold secrets', () => {
    expect(() => readJson('{"password": hunter2}')).toThrow(/^(?!.*unter2)/s);
    expect(() => readJson('{"password": hunter2}')).toThrow("line 1, column 14: not valid JSON: Unexpected token 'h'");
  });
});
