import { describe, expect, it } from 'vitest';
import { publishedTarget, toRequestData } from './request-data.js';

describe('toRequestData', () => {
  it.each([
    ['{"a": 1}', 1024, '{"a": 1}'],
    ['{"a":\r\n  "b\\n"}\n', 1024, '{"a":   "b\\n"} '],
    ['[12345678901234567890, 1.0, 1e400]', 1024, '[12345678901234567890, 1.0, 1e400]'],
    ['null', 1024, 'null'],
    ['{"a": 1}', 4, '"{\\"a\\""'],
    ['hello\n', 1024, '"hello\\n"'],
    [' ', 1024, '" "'],
    ['"ü"', 2, '"\\""'],
    ['{"url":"https://bot:hunter2@host/r"}', 1024, '{"url":"https://bot:***@host/r"}'],
    ['{"url":"https://bot:hunter2@host/r"}', 24, String.raw`"{\"url\":\"https://bot:***"`],
    ['{"url":"https://host:8080/r"}', 23, String.raw`"{\"url\":\"https://host:80"`],
    ['{"url":"https://host:8080', 23, String.raw`"{\"url\":\"https://host:80"`],
    [String.raw`{"url":"https:\/\/bot:hunter2@host\/r"}`, 1024, '{"url":"https://bot:***@host/r"}'],
    [String.raw`{"url":"https:\/\/bot:hunter2@host\/r"}`, 26, String.raw`"{\"url\":\"https://bot:***"`],
    [String.raw`{"url":"https:\/\/host\/r","b":"\\\/"}`, 1024, String.raw`{"url":"https:\/\/host\/r","b":"\\\/"}`],
    [String.raw`{"a":"\\/","url":"https:\/\/bot:pw@host"}`, 1024, String.raw`{"a":"\\/","url":"https://bot:***@host"}`],
  ])('of %j with %i bytes is %s', (body, limit, data) => {
    expect(toRequestData(Buffer.from(body), limit)).toBe(data);
  });

  it('is the body however deep it is', () => {
    const body = '['.repeat(100_000) + ']'.repeat(100_000);

    expect(toRequestData(Buffer.from(body), body.length)).toBe(body);
  });

  it('is absent without a body', () => {
    expect(toRequestData(Buffer.alloc(0), 1024)).toBeUndefined();
  });
});

describe('publishedTarget', () => {
  it.each([
    ['{"server":{"name":"a/b","version":"1"}}', { entry_type: 'server', resource_name: 'a/b', version: '1' }],
    [
      '{"skill":{"namespace":"n","name":"s","version":"1"}}',
      { entry_type: 'skill', resource_name: 's', version: '1', namespace: 'n' },
    ],
    ['{"plugin":{"name":5}}', { entry_type: 'plugin' }],
    ['{"server":"x"}', {}],
    ['null', {}],
    ['{', {}],
    ['', {}],
  ])('of %s', (body, target) => {
    expect(publishedTarget(Buffer.from(body))).toEqual(target);
  });
});
