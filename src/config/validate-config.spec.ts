import { afterAll, describe, expect, it } from 'vitest';
import { createScratchFolder, newConfigDocument } from '../../test/harness/config-files.js';
import { validateConfig, type LocatedProblem } from './load-config.js';

const folder = createScratchFolder();
afterAll(() => folder.remove());

function validate(content: string | object, name = 'c.yaml', environment = {}): readonly LocatedProblem[] {
  return validateConfig({ path: folder.write(name, content), environment });
}

const BROKEN = `sources:
  - name: local
    file: {path: ./x.json}
    sycnPolicy: {interval: 1m}
    interval: 1m
  - name: Bad
    managed: {}
registries:
  - name: r
    sources: [Bad, nope]
auth: {mode: anonymous}
database:
  port: abc
telemetry: {enabled: true, tracing: {enabled: true, sampling: 7}}
insecure_url: true
`;

describe('validateConfig', () => {
  it('reports everything at once, in the order of the file', () => {
    const found = validate(BROKEN).map(({ path, line, column }) => [path, line, column]);

    expect(found).toEqual([
      ['sources[0].syncPolicy.interval', 2, 5],
      ['sources[0].sycnPolicy', 4, 5],
      ['sources[0].interval', 5, 5],
      ['sources[1].name', 6, 5],
      ['registries[0].sources[1]', 10, 20],
      ['database.host', 12, 1],
      ['database.user', 12, 1],
      ['database.database', 12, 1],
      ['database.port', 13, 3],
      ['telemetry.tracing.sampling', 14, 53],
      ['insecure_url', 15, 1],
    ]);
  });

  it('hints at what was meant', () => {
    const messages = new Map(validate(BROKEN).map(({ path, message }) => [path, message]));

    expect(messages.get('sources[0].sycnPolicy')).toContain('did you mean syncPolicy?');
    expect(messages.get('sources[0].interval')).toContain('did you mean syncPolicy.interval?');
    expect(messages.get('insecure_url')).toContain('THV_REGISTRY_INSECURE_URL');
  });

  it('finds nothing in a good file', () => {
    expect(validate(newConfigDocument())).toEqual([]);
  });

  it('takes the environment into account, as the server does', () => {
    const document = newConfigDocument((c) => void delete c.database!['host']);

    expect(validate(document)).toHaveLength(1);
    expect(validate(document, 'c.yaml', { THV_REGISTRY_DATABASE_HOST: 'h' })).toEqual([]);
  });

  it('reports broken syntax at its place', () => {
    expect(validate('a: 1\na: 2\nb: [\n')).toEqual([
      { path: '', line: 2, column: 1, message: 'Map keys must be unique' },
      expect.objectContaining({ path: '', line: 4, column: 1 }),
    ]);
  });

  it('knows the lines of TOML and JSON files', () => {
    const toml = '[[sources]]\nname = "Bad"\n[sources.managed]\n';
    const json = '{\n  "sources": [\n    { "name": "Bad", "managed": {} }\n  ]\n}';

    const place = { path: 'sources[0].name' };
    expect(validate(toml, 'c.toml').find(({ path }) => path === place.path)).toMatchObject({ line: 2, column: 1 });
    expect(validate(json, 'c.json').find(({ path }) => path === place.path)).toMatchObject({ line: 3, column: 7 });
  });

  it('throws when there is no file', () => {
    expect(() => validateConfig({ path: '/nowhere/c.yaml', environment: {} })).toThrow('no such file');
  });
});
