import { describe, expect, it } from 'vitest';
import type { SourceRow } from './source-row.js';
import { toSourceResponse } from './to-source-response.js';

function newRow(overrides: Partial<SourceRow> = {}): SourceRow {
  return {
    id: 1,
    name: 's',
    kind: 'file',
    creationType: 'API',
    settings: { path: '/a' },
    format: null,
    filter: null,
    syncIntervalMicroseconds: null,
    onInvalidEntry: null,
    claims: null,
    createdAt: '2026-11-22T14:49:04.083623Z',
    updatedAt: '2026-11-22T14:49:05.000001Z',
    ...overrides,
  };
}

describe('toSourceResponse', () => {
  it('leaves out everything that is absent', () => {
    expect(toSourceResponse(newRow())).toEqual({
      name: 's',
      type: 'file',
      creationType: 'API',
      sourceType: 'file',
      sourceConfig: { path: '/a' },
      createdAt: '2026-11-22T14:49:04.083623Z',
      updatedAt: '2026-11-22T14:49:05.000001Z',
    });
  });

  it('shows what was given', () => {
    const row = newRow({
      format: 'toolhive',
      filter: {},
      syncIntervalMicroseconds: 5430e6,
      onInvalidEntry: 'skip',
      claims: { team: 'x' },
    });

    expect(toSourceResponse(row)).toMatchObject({
      format: 'toolhive',
      filterConfig: {},
      syncSchedule: '1h30m30s',
      onInvalidEntry: 'skip',
      claims: { team: 'x' },
    });
  });

  it.each<[SourceRow['kind'], SourceRow['onInvalidEntry'], boolean]>([
    ['file', 'fail', false],
    ['file', 'skip', true],
    ['api', 'skip', false],
    ['api', 'fail', true],
  ])('of a %s source with policy %s shows the policy: %s', (kind, onInvalidEntry, isShown) => {
    const row = newRow({ kind, onInvalidEntry, settings: kind === 'api' ? { endpoint: 'https://h' } : { path: '/a' } });

    expect('onInvalidEntry' in toSourceResponse(row)).toBe(isShown);
  });

  it.each<[SourceRow['kind'], Record<string, unknown>, object]>([
    ['git', { repository: 'https://b:pw@h/r', branch: 'main' }, { repository: 'https://b:***@h/r', branch: 'main' }],
    ['api', { endpoint: 'https://b:pw@h', auth: { bearerTokenFile: '/t' } }, { endpoint: 'https://b:***@h' }],
    ['file', { url: 'https://b:pw@h/x', timeout: '1s' }, { url: 'https://b:***@h/x', timeout: '1s' }],
    ['managed', {}, {}],
    ['kubernetes', {}, { Namespaces: null }],
    ['kubernetes', { namespaces: ['a'] }, { Namespaces: ['a'] }],
  ])('shows the settings of %s %j without secrets', (kind, settings, expected) => {
    expect(toSourceResponse(newRow({ kind, settings })).sourceConfig).toEqual(expected);
  });

  it('shows the status, without passwords, when it is given', () => {
    const status = {
      phase: 'failed',
      message: 'Fetch failed: https://b:pw@h/x: 404',
      attemptCount: 2,
      serverCount: 3,
      skillCount: 0,
      pluginCount: 0,
      lastAttempt: '2026-11-22T14:49:04.083623Z',
      rejected: 1,
      rejectedEntries: [{ name: 'n', version: '1', path: 'https://b:pw@h/p#/servers/0', reason: 'bad' }],
    } as const;

    expect(toSourceResponse(newRow(), status).syncStatus).toEqual({
      ...status,
      message: 'Fetch failed: https://b:***@h/x: 404',
      rejectedEntries: [{ name: 'n', version: '1', path: 'https://b:***@h/p#/servers/0', reason: 'bad' }],
    });
  });
});
