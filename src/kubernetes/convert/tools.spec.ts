import { describe, expect, it } from 'vitest';
import { readToolDefinitions, readTools } from './tools.js';

describe('readTools', () => {
  it('reads a list of names', () => {
    expect(readTools('["query","list_tables"]')).toEqual({ value: ['query', 'list_tables'] });
  });

  it.each([undefined, '', '[]', 'null'])('has nothing to publish and nothing to say about %j', (annotation) => {
    expect(readTools(annotation)).toEqual({});
  });

  it.each(['query,list', '{"a":1}', '"a"', '["a",1]', '[null]'])('says what is wrong with %s', (annotation) => {
    expect(readTools(annotation)).toEqual({ problem: expect.any(String) });
  });
});

describe('readToolDefinitions', () => {
  it('fills in what every tool has and drops what none has', () => {
    const { value } = readToolDefinitions('[{"name":"q"},{"x":1},null]');

    expect(JSON.stringify(value)).toBe(
      '[{"annotations":{},"inputSchema":{},"name":"q"},' +
        '{"annotations":{},"inputSchema":{},"name":""},{"annotations":{},"inputSchema":{},"name":""}]',
    );
  });

  it('orders members by name on every level', () => {
    const tool = {
      name: 'query',
      inputSchema: { type: 'object', required: ['sql'], properties: { sql: { type: 'string' } } },
      description: 'Run SQL',
      annotations: { readOnlyHint: true },
      unknown: 1,
    };

    const { value } = readToolDefinitions(JSON.stringify([tool]));

    expect(JSON.stringify(value)).toBe(
      '[{"annotations":{"readOnlyHint":true},"description":"Run SQL","inputSchema":' +
        '{"properties":{"sql":{"type":"string"}},"required":["sql"],"type":"object"},"name":"query"}]',
    );
  });

  it('keeps all members of a tool', () => {
    const tool = {
      _meta: { a: 1 },
      annotations: {},
      description: 'd',
      execution: { taskSupport: 'optional' },
      icons: [{ src: 'https://e.com/i.png' }],
      inputSchema: {},
      name: 'n',
      outputSchema: { type: 'object' },
      title: 't',
    };

    expect(readToolDefinitions(JSON.stringify([tool]))).toEqual({ value: [tool] });
  });

  it.each([undefined, '', '[]', 'null'])('has nothing to publish and nothing to say about %j', (annotation) => {
    expect(readToolDefinitions(annotation)).toEqual({});
  });

  it.each([50, 150, 100_000])('survives %d levels of nesting', (depth) => {
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;

    const { value, problem } = readToolDefinitions(`[{"name":"q","inputSchema":{"x":${nested}}}]`);

    if (depth < 100) expect(value).toHaveLength(1);
    else expect(problem).toEqual(expect.any(String));
  });

  it.each(['{"name":"q"}', '[1]', '[{"name":1}]', '[{"name":"a","inputSchema":[]}]', 'x'])(
    'says what is wrong with %s',
    (annotation) => {
      expect(readToolDefinitions(annotation)).toEqual({ problem: expect.any(String) });
    },
  );
});
