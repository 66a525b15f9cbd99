import { describe, expect, it } from 'vitest';
import type { CreationType, SourceKind } from '../model/source-settings.js';
import type { RegistryRow } from '../registries/registries.repository.js';
import type { SourceRow } from '../sources/source-row.js';
import { findConflicts, findLeavers, type Definitions } from './conflicts.js';

const file = (name: string) => ({ name, settings: { kind: 'file', file: { path: '/a' } } as const });
const managed = (name: string) => ({ name, settings: { kind: 'managed', managed: {} } as const });
const registry = (name: string, ...sources: string[]) => ({ name, sources, access: 'private' }) as const;

const TIMES = { createdAt: '2026-11-22T14:49:04.083623Z', updatedAt: '2026-11-22T14:49:04.083623Z' };

function source(name: string, creationType: CreationType, kind: SourceKind = 'file'): SourceRow {
  const nothing = { format: null, filter: null, syncIntervalMicroseconds: null, onInvalidEntry: null, claims: null };
  return { id: 1, name, creationType, kind, settings: {}, ...nothing, ...TIMES };
}

function stored(name: string, creationType: CreationType, ...sources: string[]): RegistryRow {
  return { id: 1, name, creationType, access: 'private', claims: null, sources, ...TIMES };
}

const NOTHING: Definitions = { sources: [], registries: [] };

describe('findConflicts', () => {
  it('finds none when the file continues what it made, and the API its own', () => {
    const wanted = { sources: [file('a'), managed('m')], registries: [registry('r', 'a')] };
    const present = {
      sources: [source('a', 'CONFIG'), source('old', 'CONFIG'), source('m', 'CONFIG', 'managed'), source('b', 'API')],
      registries: [stored('r', 'CONFIG', 'old'), stored('x', 'API', 'a', 'b')],
    };

    expect(findConflicts(wanted, present)).toEqual([]);
  });

  it.each<[string, Definitions, SourceRow[], RegistryRow[], RegExp]>([
    ['a source of the API', { ...NOTHING, sources: [file('a')] }, [source('a', 'API')], [], /API-created sources.*"a"/],
    ['a registry of the API', { ...NOTHING, registries: [registry('r')] }, [], [stored('r', 'API')], /registry "r"/],
    [
      'a managed source of the API',
      { ...NOTHING, sources: [managed('mine')] },
      [source('pool', 'API', 'managed')],
      [],
      /"mine".*"pool"/,
    ],
    [
      'a reference by a registry of the API',
      NOTHING,
      [source('used', 'CONFIG')],
      [stored('uses', 'API', 'used')],
      /"used".*"uses"/,
    ],
  ])('names %s', (_what, wanted, sources, registries, message) => {
    const conflicts = findConflicts(wanted, { sources, registries });

    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]).toMatch(message);
  });

  it('names all conflicts at once', () => {
    const wanted = { sources: [file('a'), managed('mine')], registries: [registry('r', 'a')] };
    const present = {
      sources: [source('a', 'API'), source('pool', 'API', 'managed'), source('gone', 'CONFIG')],
      registries: [stored('r', 'API', 'gone'), stored('s', 'API', 'gone')],
    };

    expect(findConflicts(wanted, present)).toHaveLength(5);
  });
});

describe('findLeavers', () => {
  it('gives what the file made and no longer names', () => {
    const wanted = { sources: [file('a')], registries: [registry('r', 'a')] };
    const present = {
      sources: [source('a', 'CONFIG'), source('b', 'CONFIG'), source('c', 'API')],
      registries: [stored('r', 'CONFIG'), stored('s', 'CONFIG'), stored('t', 'API')],
    };

    const { sources, registries } = findLeavers(wanted, present);

    expect(sources.map(({ name }) => name)).toEqual(['b']);
    expect(registries.map(({ name }) => name)).toEqual(['s']);
  });
});
