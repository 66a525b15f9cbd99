import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBytes } from '../../test/factories/documents.js';
import { indexJson, type JsonNode, type JsonText } from './json-index.js';

const PLAN = { data: { list: {} }, map: {} };

/** Builds the value again from what was indexed. */
function rebuild(json: JsonText, node: JsonNode): unknown {
  if (node.members) return Object.fromEntries([...node.members].map(([key, member]) => [key, rebuild(json, member)]));
  if (node.elements) return node.elements.map((element) => rebuild(json, element));
  return JSON.parse(json.text(node));
}

function parseByIndex(text: string | Uint8Array): unknown {
  const json = indexJson(typeof text === 'string' ? toBytes(text) : text, PLAN);
  return rebuild(json, json.root);
}

describe('indexJson', () => {
  it('finds the children of what is entered and the extent of the rest', () => {
    const json = indexJson(toBytes(' {"data": {"list": [ 1, {"a": "]}"} ], "x": [2]}, "map": {"k": null}} '), PLAN);

    const data = json.root.members?.get('data');
    const elements = data?.members?.get('list')?.elements ?? [];
    expect(elements.map((node) => json.text(node))).toEqual(['1', '{"a": "]}"}']);
    expect(data?.members?.get('x')?.elements).toBeUndefined();
    expect(json.text(data!.members!.get('x')!)).toBe('[2]');
    expect(json.root.members?.get('map')?.members?.get('k')?.kind).toBe('scalar');
  });

  it('means the same as JSON.parse, however the text is spaced and escaped', () => {
    // No backslashes in keys: V8 13.6 takes `"\\""` for the key `\\` after an object that had such a key.
    const anyKey = fc.oneof(fc.constantFrom('data', 'list', 'map', '__proto__', 'a"b', '\u0001', 'ü🚀'), fc.string());
    const key = anyKey.filter((text) => !text.includes('\\'));
    const values = [fc.string(), fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null)];
    const value = fc.anything({ key, values, maxDepth: 3 });
    const documents = fc.dictionary(key, fc.dictionary(key, value));

    fc.assert(
      fc.property(documents, fc.constantFrom(undefined, 1, '\t\r\n'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parseByIndex(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const alphabet = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '1',
      'a',
      ' ',
      '"data"',
      '"list"',
      'null',
    );

    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        let expected: unknown = SyntaxError;
        try {
          expected = JSON.parse(text);
        } catch {
          expect(() => parseByIndex(text)).toThrow(SyntaxError);
          return;
        }
        expect(parseByIndex(text)).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes the last of repeated members', () => {
    expect(parseByIndex('{"data": 1, "data": {"list": [2]}}')).toEqual({ data: { list: [2] } });
  });

  it('skips a byte-order mark, but only one and only at the start', () => {
    expect(parseByIndex('\ufeff{"map": {}}')).toEqual({ map: {} });
    expect(() => parseByIndex('\ufeff\ufeff{}')).toThrow(SyntaxError);
    expect(() => parseByIndex('{}\ufeff')).toThrow(SyntaxError);
  });

  it.each([
    ['text after the value', '{} x', 'unexpected text after the JSON value at byte 3'],
    ['two values', '{}{}', 'unexpected text after the JSON value at byte 2'],
    ['nothing', ' ', 'expected a value at byte 1'],
    ['an unterminated string', '{"a', 'unterminated string at byte 3'],
    ['an unterminated object', '{"a": {', 'unexpected end at byte 7'],
    ['a missing comma', '{"a":1 "b":2}', 'expected "," or "}" at byte 7'],
    ['a trailing comma', '{"a":1,}', 'expected a member name at byte 7'],
  ])('says where %s is', (_what, text, message) => {
    expect(() => indexJson(toBytes(text), PLAN)).toThrow(message);
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(() => parseByIndex(new Uint8Array([0x22, 0xff, 0x22]))).toThrow('not valid UTF-8');
  });

  it('gets over nesting of any depth', () => {
    const text = `{"x": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

    expect(indexJson(toBytes(text), PLAN).root.members?.get('x')?.end).toBe(text.length - 1);
  });
});
