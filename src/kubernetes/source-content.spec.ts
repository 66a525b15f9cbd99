import { describe, expect, it } from 'vitest';
import { newResource, type ResourceOverrides } from '../../test/factories/kubernetes-objects.js';
import { readExportedObject } from './convert/exported-object.js';
import { toEntry, type Conversion } from './convert/to-entry.js';
import { gatherContent } from './source-content.js';

function convert(overrides: ResourceOverrides): Conversion {
  const { kind = 'MCPServer' } = overrides;
  return toEntry(readExportedObject(kind, newResource(overrides))!, 100_000);
}

describe('gatherContent', () => {
  it('makes objects of one name versions of one entry, with the claims of the last one that has any', () => {
    const content = gatherContent([
      convert({ name: 'same', annotations: { 'registry-version': '1.0.1', 'authz-claims': '{"org":"a"}' } }),
      convert({ name: 'same', kind: 'VirtualMCPServer', annotations: { 'authz-claims': '{"org":"b"}' } }),
      convert({ name: 'same', kind: 'MCPRemoteProxy', annotations: { 'registry-version': '2.0.0' } }),
    ]);

    expect(content.documents.map(({ version }) => version)).toEqual(['1.0.1', '1.0.0', '2.0.0']);
    expect([...content.ownClaims]).toEqual([['com.toolhive.k8s.team-a/same', { org: 'b' }]]);
  });

  it('takes the first of two objects with one name and version, and reports the other', () => {
    const content = gatherContent([
      convert({ name: 'dup', kind: 'VirtualMCPServer' }),
      convert({ name: 'dup', kind: 'MCPRemoteProxy', annotations: { 'authz-claims': '{"org":"b"}' } }),
      convert({ name: 'other' }),
    ]);

    expect(content.documents.map(({ name }) => name)).toEqual([
      'com.toolhive.k8s.team-a/dup',
      'com.toolhive.k8s.team-a/other',
    ]);
    expect(content.documents[0]?.json).toContain('VirtualMCPServer');
    expect(content.ownClaims.size).toBe(0);
    expect(content.rejected).toEqual([
      {
        name: 'com.toolhive.k8s.team-a/dup',
        version: '1.0.0',
        path: '/metadata/name',
        reason: 'version 1.0.0 is already taken by an object of another kind with this name',
      },
    ]);
  });

  it('has another fingerprint when a document, claims or rejections change', () => {
    const plain = gatherContent([convert({})]).fingerprint;

    expect(gatherContent([convert({})]).fingerprint).toBe(plain);
    const changes: Record<string, string | null>[] = [
      { 'registry-title': 'x' },
      { 'authz-claims': '{"a":"b"}' },
      { 'authz-claims': 'null' },
      { 'registry-url': null },
    ];
    for (const annotations of changes) {
      expect(gatherContent([convert({ annotations })]).fingerprint).not.toBe(plain);
    }
  });
});
