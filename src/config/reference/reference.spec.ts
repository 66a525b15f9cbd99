import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { newConfigDocument } from '../../../test/harness/config-files.js';
import { loadConfig } from '../load-config.js';
import { configJsonSchema, type JsonSchema } from './json-schema.js';
import { configReference } from './markdown.js';

const ROOT = join(import.meta.dirname, '../../..');

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function undescribed(schema: JsonSchema, path: string): string[] {
  const below = Object.entries({ ...schema.properties, ...schema.items?.properties });
  const missing = below.filter(([, child]) => !child.description?.endsWith('.')).map(([key]) => `${path}.${key}`);
  return [...missing, ...below.flatMap(([key, child]) => undescribed(child, `${path}.${key}`))];
}

const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(configJsonSchema());

describe('the configuration schema', () => {
  it('describes every key with a sentence', () => {
    expect(undescribed(configJsonSchema(), '')).toEqual([]);
  });

  it.each<[string, object, boolean]>([
    ['the smallest configuration', newConfigDocument(), true],
    ['an unknown key', newConfigDocument((c) => void (c.sources[0]!['sycnPolicy'] = {})), false],
    ['two kinds', newConfigDocument((c) => void (c.sources[0]!['managed'] = {})), false],
    ['a bad duration', newConfigDocument((c) => void (c.sources[0]!['syncPolicy'] = { interval: '1d' })), false],
    ['a bad claim', newConfigDocument((c) => void (c.sources[0]!['claims'] = { a: 1 })), false],
    ['claims of any key', newConfigDocument((c) => void (c.sources[0]!['claims'] = { orgId: ['a'] })), true],
  ])('judges %s', (_name, document, isValid) => {
    expect(validate(document)).toBe(isValid);
  });
});

describe('the committed reference', () => {
  const hint = 'run "npm run docs:config"';

  it('is that of the schema: docs/configuration.schema.json', () => {
    expect(read('docs/configuration.schema.json'), hint).toBe(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  });

  it('is that of the schema: docs/configuration.md', () => {
    expect(read('docs/configuration.md'), hint).toBe(configReference());
  });
});

describe('the examples', () => {
  const examples = readdirSync(join(ROOT, 'config')).filter((name) => name.endsWith('.yaml'));

  it('are there for every posture', () => {
    expect(examples).toEqual(
      expect.arrayContaining(
        ['api', 'embedded', 'file', 'git', 'kubernetes', 'managed', 'oauth', 'rds-iam'].map(
          (name) => `example-${name}.yaml`,
        ),
      ),
    );
  });

  it.each(examples)('%s loads without a warning and fits the JSON Schema', (name) => {
    const warnings: string[] = [];

    const config = loadConfig({ path: join(ROOT, 'config', name), environment: {} }, (warning) =>
      warnings.push(warning),
    );

    expect(warnings).toEqual([]);
    expect(validate(parse(read(`config/${name}`), { merge: true })), JSON.stringify(validate.errors)).toBe(true);
    expect(config.sources.length).toBeGreaterThan(0);
  });
});
