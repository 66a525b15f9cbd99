import { describe, expect, it } from 'vitest';
import { locate, toPlain, type ConfigNode, type ConfigPath } from './config-node.js';
import { ConfigSyntaxError } from './syntax-error.js';
import { readYaml } from './yaml-reader.js';

function problemsOf(work: () => ConfigNode): ConfigSyntaxError['problems'] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigSyntaxError) return error.problems;
    throw error;
  }
  return [];
}

describe('readYaml', () => {
  it('resolves anchors, aliases and merge keys; own keys win, then earlier merges', () => {
    const node = readYaml('a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: *a\n');

    expect(toPlain(node)).toMatchObject({ c: { x: 3, y: 1, z: 2 }, d: { x: 1, y: 1 } });
  });

  it('is YAML 1.2: yes, on and 0o17 are what they look like', () => {
    expect(toPlain(readYaml('[yes, on, 0o17, 017, true, ~, 1e3]'))).toEqual(['yes', 'on', 15, 17, true, null, 1000]);
  });

  it('keeps the spelling of numbers', () => {
    expect(readYaml('0123')).toMatchObject({ value: 123, source: '0123' });
  });

  it('takes keys as texts', () => {
    expect(toPlain(readYaml('1.10: a\ntrue: b'))).toEqual({ '1.10': 'a', true: 'b' });
  });

  it.each([
    ['broken syntax', 'sources: [\n', 1],
    ['duplicate keys', 'a: 1\nb: 2\na: 3\n', 3],
    ['several documents', 'a: 1\n---\nb: 2\n', 2],
    ['an alias without an anchor', 'a: 1\nb: *nope\n', 2],
    ['an anchor that contains itself', 'a: &a\n  - *a\n', 2],
    ['a merge of something else', 'a: 1\n<<: 5\n', 2],
    ['a key that is a list', 'a: 1\n? [x]\n: 2\n', 2],
    ['a key that is null', 'a: 1\n~: 2\n', 2],
  ])('refuses %s and says where', (_name, text, line) => {
    const [problem] = problemsOf(() => readYaml(text));

    expect(problem?.position.line).toBeGreaterThanOrEqual(line);
    expect(problem?.position.line).toBeLessThanOrEqual(line + 1);
  });

  it.each(['password: |hunter2', 'password: "x" hunter2', 'password: @hunter2'])(
    'quotes nothing of %s, which may hold a secret',
    (text) => {
      const messages = problemsOf(() => readYaml(text)).map((problem) => problem.message);

      expect(messages).not.toEqual([]);
      expect(messages.join()).not.toContain('hunter2');
    },
  );

  it('says in words of its own that there are several documents', () => {
    const [problem] = problemsOf(() => readYaml('a: 1\n---\nb: 2\n'));

    expect(problem?.message).toBe('a second document begins, one is expected');
  });

  it('refuses aliases that multiply without end', () => {
    const levels = Array.from(
      { length: 10 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`,
    );

    expect(problemsOf(() => readYaml(['a0: &a0 x', ...levels].join('\n')))[0]?.message).toContain('too large');
  });

  it.each<[ConfigPath, number, number]>([
    [['sources'], 1, 1],
    [['sources', 0], 2, 5],
    [['sources', 0, 'name'], 2, 5],
    [['SOURCES', 0, 'Tags', 1], 3, 16],
    [['sources', 0, 'missing'], 2, 5],
    [['sources', 7, 'name'], 1, 1],
    [['registries'], 1, 1],
    [['single', 0, 'name'], 4, 10],
  ])('knows where %j stands, or else its parent', (path, line, column) => {
    const root = readYaml('sources:\n  - name: a\n    tags: [x,  y]\nsingle: {name: a}\n');

    expect(locate(root, path)).toEqual({ line, column });
  });
});
