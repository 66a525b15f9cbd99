import { describe, expect, it } from 'vitest';
import type { RegistryRow } from './registries.repository.js';
import { toRegistryEntryResponse, toRegistryResponse } from './to-registry-response.js';

const TIMES = { createdAt: '2026-11-22T14:49:04.083623Z', updatedAt: '2026-11-22T14:49:05.000001Z' };
const ROW: RegistryRow = {
  id: 1,
  name: 'r',
  creationType: 'API',
  access: 'private',
  claims: null,
  sources: ['b', 'a'],
  ...TIMES,
};

describe('toRegistryResponse', () => {
  it('leaves out claims and access of a private registry without claims', () => {
    expect(toRegistryResponse(ROW)).toEqual({ name: 'r', creationType: 'API', sources: ['b', 'a'], ...TIMES });
  });

  it('shows claims and public access', () => {
    expect(toRegistryResponse({ ...ROW, access: 'public', claims: { a: 'b' } })).toMatchObject({
      access: 'public',
      claims: { a: 'b' },
    });
  });
});

describe('toRegistryEntryResponse', () => {
  it('shows a version with its source and position, never its claims', () => {
    const row = {
      entryId: 1,
      kind: 'server',
      name: 'io.x/a',
      claims: { a: 'b' },
      version: '1.0.0',
      title: '',
      description: 'd',
      sourceName: 's',
      position: 0,
      ...TIMES,
    } as const;

    expect(toRegistryEntryResponse(row)).toEqual({
      entryType: 'MCP',
      name: 'io.x/a',
      version: '1.0.0',
      description: 'd',
      sourceName: 's',
      position: 0,
      ...TIMES,
    });
  });
});
