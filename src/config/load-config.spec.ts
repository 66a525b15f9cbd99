import { describe, expect, it } from 'vitest';
import { inDatabase, loadFailure, loadTestConfig } from '../../test/harness/test-config.js';

describe('loadConfig', () => {
  it('reports the first problem in the order sources, registries, database, audit, auth', () => {
    const nothing = { audit: { maxDataSize: -1 } };
    const sources = [{ name: 'm', managed: {} }];
    const registries = [{ name: 'r', sources: ['m'] }];
    const database = { host: 'h', port: 1, user: 'u', database: 'd' };

    expect(loadFailure(() => nothing)).toBe('invalid configuration: at least one source must be configured');
    expect(loadFailure(() => ({ ...nothing, sources }))).toContain('at least one registry must be configured');
    expect(loadFailure(() => ({ ...nothing, sources, registries }))).toContain('database.host is required');
    expect(loadFailure(() => ({ ...nothing, sources, registries, database }))).toContain('audit.maxDataSize');
    expect(loadFailure(() => ({ sources, registries, database }))).toContain('auth configuration is required');
  });

  it('does not report a value of the wrong type as missing', () => {
    expect(loadFailure(inDatabase({ port: 'abc' }))).toContain('database.port: expected a whole number');
  });

  it('warns of a registry that no request can reach', () => {
    const warnings: string[] = [];
    const named = (name: string) => (c: Record<string, unknown>) => {
      c['registries'] = [{ name, sources: (c['sources'] as { name: string }[]).map((source) => source.name) }];
    };

    for (const name of ['a b', 'a-b', 'ü']) loadTestConfig(named(name), {}, (warning) => warnings.push(warning));

    expect(warnings).toEqual(['registries[0]: name "a b" contains a space, so that no request can reach the registry']);
  });

  it('warns of nothing when the configuration is invalid', () => {
    const warnings: string[] = [];

    const load = () => loadTestConfig(inDatabase({ bogus: 1, port: 0 }), {}, (warning) => warnings.push(warning));

    expect(load).toThrow('database.port is required');
    expect(warnings).toEqual([]);
  });

  it('refuses a catalogue without memory for pages', () => {
    expect(loadFailure((c) => void (c['catalog'] = { pageCacheBytes: 0 }))).toContain(
      'catalog.pageCacheBytes must be greater than zero',
    );
  });
});
