import { describe, expect, it } from 'vitest';
import { publishedTarget, toRequestData } from './request-data.js';

describe('toRequestData', () => {
  it.each([
    ['{"a": 1}', 1024, { a: 1 }],
    ['null', 1024, null],
    ['{"a": 1}', 4, '{"a"'],
    ['hello', 1024, 'hello'],
    ['"ü"', 2, '"'],
    ['{"url":"https://bot:hunter2@host/r"}', 1024, { url: 'https://bot:***@host/r' }],
  ])('of %j with %i bytes is %j', (body, limit, data) => {
    expect(toRequestData(Buffer.from(body), limit)).toEqual(data);
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
