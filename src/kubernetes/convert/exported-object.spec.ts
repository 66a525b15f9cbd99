import { describe, expect, it } from 'vitest';
import { newResource } from '../../../test/factories/kubernetes-objects.js';
import { readExportedObject } from './exported-object.js';

describe('readExportedObject', () => {
  it.each(['false', 'True', '1', ' true', 'true ', '', null])('passes over an object whose export is %j', (value) => {
    const object = newResource({ annotations: { 'registry-export': value } });

    expect(readExportedObject('MCPServer', object)).toBeUndefined();
  });

  it('passes over objects without annotations or metadata', () => {
    expect(readExportedObject('MCPServer', { metadata: { name: 'x' } })).toBeUndefined();
    expect(readExportedObject('MCPServer', {})).toBeUndefined();
  });

  it('takes what an entry is made of and nothing else', () => {
    const object = newResource({ annotations: { tools: '[]' }, spec: { transport: 'sse', env: [{ name: 'A' }] } });

    expect(readExportedObject('MCPServer', { ...object, status: { phase: 'Ready' } })).toEqual({
      kind: 'MCPServer',
      namespace: 'team-a',
      name: 'plain',
      uid: '',
      annotations: {
        export: 'true',
        url: 'https://mcp.example.com/plain',
        description: 'The plain server',
        tools: '[]',
      },
      workload: { image: 'ghcr.io/example/x:1.2.3', transport: 'sse', proxyMode: '' },
    });
  });

  it.each(['VirtualMCPServer', 'MCPRemoteProxy'] as const)('reads no spec of a %s', (kind) => {
    const object = newResource({ kind, spec: { image: 'x', transport: 'sse' } });

    expect(readExportedObject(kind, object)).not.toHaveProperty('workload');
  });
});
