import { describe, expect, it } from 'vitest';
import type { EntryVersionRow } from './sources.repository.js';
import { toSourceEntriesResponse } from './to-source-entries-response.js';

function newVersion(overrides: Partial<EntryVersionRow> = {}): EntryVersionRow {
  return {
    entryId: 1,
    kind: 'server',
    name: 'io.x/a',
    claims: null,
    version: '1.0.0',
    title: '',
    description: '',
    createdAt: '2026-11-22T14:49:04.083623Z',
    updatedAt: '2026-11-22T14:49:04.083623Z',
    ...overrides,
  };
}

describe('toSourceEntriesResponse', () => {
  it('is an empty list for nothing', () => {
    expect(toSourceEntriesResponse([])).toEqual({ entries: [] });
  });

  it('puts the versions of an entry together and keeps entries of one name apart', () => {
    const rows = [
      newVersion({ claims: { a: 'b' }, title: 'T', description: 'd' }),
      newVersion({ claims: { a: 'b' }, version: '2.0.0' }),
      newVersion({ entryId: 2, kind: 'skill', name: 'x', claims: {} }),
      newVersion({ entryId: 3, kind: 'plugin', name: 'x' }),
    ];

    const { entries } = toSourceEntriesResponse(rows);

    const times = { createdAt: '2026-11-22T14:49:04.083623Z', updatedAt: '2026-11-22T14:49:04.083623Z' };
    expect(entries).toEqual([
      {
        entryType: 'MCP',
        name: 'io.x/a',
        claims: { a: 'b' },
        versions: [
          { version: '1.0.0', title: 'T', description: 'd', ...times },
          { version: '2.0.0', ...times },
        ],
      },
      { entryType: 'SKILL', name: 'x', versions: [{ version: '1.0.0', ...times }] },
      { entryType: 'PLUGIN', name: 'x', versions: [{ version: '1.0.0', ...times }] },
    ]);
  });
});
