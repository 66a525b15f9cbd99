import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileFilter } from './filter.js';
import { parseRegistryDocument } from './registry-document.js';
import { isServerName } from './server-name.js';

const read = (name: string) => readFileSync(new URL(`../../config/${name}`, import.meta.url));
const catalogue = () => parseRegistryDocument(read('catalogue.json'), { onInvalidEntry: 'fail', maxMetaSize: 262_144 });

describe('the sample catalogue', () => {
  it('is valid, every entry of it', () => {
    const { entries, rejectedCount } = catalogue();

    const counts = { server: 0, skill: 0, plugin: 0 };
    for (const entry of entries) counts[entry.kind]++;
    expect(counts).toEqual({ server: 45, skill: 5, plugin: 4 });
    expect(rejectedCount).toBe(0);
  });

  it('has 40 servers, some of them in two versions, under names that clients can ask for', () => {
    const names = catalogue()
      .entries.filter((entry) => entry.kind === 'server')
      .map((entry) => entry.name);

    expect(new Set(names).size).toBe(40);
    expect(names.filter((name) => !isServerName(name))).toEqual([]);
  });

  it('shows what can be filtered: every transport, registry type and kind, and tags', () => {
    const { entries } = catalogue();
    const facets = entries.filter((entry) => entry.kind === 'server').map((entry) => entry.facets);
    const all = (pick: (facet: (typeof facets)[number]) => readonly string[]) =>
      [...new Set(facets.flatMap(pick))].toSorted();

    expect(all((facet) => facet.transports)).toEqual(['sse', 'stdio', 'streamable-http']);
    expect(all((facet) => facet.registryTypes)).toEqual(['npm', 'oci', 'pypi']);
    expect(all((facet) => facet.kinds)).toEqual(['package', 'remote']);
    expect(facets.every((facet) => facet.tags.length > 0)).toBe(true);
    expect(entries.filter(compileFilter({ tags: { include: ['database'] } })).length).toBeGreaterThan(9);
  });
});

describe('the quick start configuration', () => {
  it('serves the catalogue behind what is published', () => {
    expect(parse(read('quickstart.yaml').toString())).toEqual({
      sources: [
        { name: 'published', managed: {} },
        { name: 'catalogue', file: { path: 'config/catalogue.json' }, syncPolicy: { interval: '30s' } },
      ],
      registries: [{ name: 'default', sources: ['published', 'catalogue'] }],
      auth: { mode: 'anonymous' },
      database: { embedded: true, dataDir: './data/postgres' },
    });
  });
});
