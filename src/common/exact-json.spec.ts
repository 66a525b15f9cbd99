import { describe, expect, it } from 'vitest';
import { InvalidInputError } from './errors.js';
import { decodeUtf8, parseExactJson } from './exact-json.js';

describe('parseExactJson', () => {
  it.each(['{"a":[1,null,"x"],"b":{"c":false}}', '[]', '"x"', '1e300', '9007199254740991', '-0.5', ' null \n'])(
    'accepts %s',
    (text) => {
      expect(parseExactJson(text)).toEqual(JSON.parse(text));
    },
  );

  it.each([
    ['{"server":{"count":9007199254740993}}', /server\.count .*2\^53/],
    ['{"a":[1,{"b":-9007199254740993}]}', /a\.1\.b/],
    ['{"a":9007199254740993,"b":1e300}', /^a is an integer beyond/],
    ['{"a":1e300,"b":{"c":9007199254740993}}', /^b\.c is an integer beyond/],
    ['{"a":1e999}', /a is a number out of range/],
    ['1e999', /^the value is a number out of range/],
    ['9007199254740993', /^the value is an integer beyond 2\^53/],
    [String.raw`{"a":"x\u0000y"}`, /a must not contain U\+0000/],
    [String.raw`{"a\u0000":1}`, /U\+0000/],
    [String.raw`{"a":"\ud800"}`, /a must be well-formed/],
    ['{"a":1,}', /not valid JSON/],
    ['{} x', /not valid JSON/],
    ['\ufeff{}', /not valid JSON/],
    ['', /not valid JSON/],
    ['['.repeat(300) + ']'.repeat(300), /nested deeper/],
  ])('refuses %j', (text, message) => {
    expect(() => parseExactJson(text)).toThrow(InvalidInputError);
    expect(() => parseExactJson(text)).toThrow(message);
  });

  it('survives a million brackets', () => {
    expect(() => parseExactJson('['.repeat(1_000_000))).toThrow(InvalidInputError);
  });
});

describe('decodeUtf8', () => {
  it('keeps a byte-order mark, which JSON refuses', () => {
    expect(decodeUtf8(Buffer.from('\ufeff{}'))).toBe('\ufeff{}');
  });

  it('refuses what is not UTF-8', () => {
    expect(() => decodeUtf8(Buffer.from([0xc3, 0x28]))).toThrow('not valid UTF-8');
  });
});
