import { describe, expect, it, vi } from 'vitest';
import { newResource, type ResourceOverrides } from '../../test/factories/kubernetes-objects.js';
import { readExportedObject, type ExportedObject } from './convert/exported-object.js';
import { ObjectCache } from './object-cache.js';

function exported(overrides: ResourceOverrides = {}): ExportedObject {
  return readExportedObject('MCPServer', newResource(overrides))!;
}

function namesIn(cache: ObjectCache): string[] {
  return cache.conversions.map((conversion) => (conversion.kind === 'entry' ? conversion.document.name : 'rejected'));
}

describe('ObjectCache', () => {
  it('knows a change from none, and converts an object only when it changed', () => {
    const onConverted = vi.fn();
    const cache = new ObjectCache(1000, onConverted);

    expect(cache.set(exported())).toBe(true);
    expect(cache.set(exported())).toBe(false);
    expect(cache.replace([exported()])).toBe(false);
    expect(onConverted).toHaveBeenCalledTimes(1);
    expect(cache.set(exported({ annotations: { 'registry-title': 'New' } }))).toBe(true);
    expect(onConverted).toHaveBeenCalledTimes(2);
  });

  it('gives conversions in the order of namespace and name', () => {
    const cache = new ObjectCache(1000, () => undefined);

    cache.replace([exported({ name: 'b' }), exported({ name: 'a', namespace: 'team-b' }), exported({ name: 'a' })]);

    expect(namesIn(cache)).toEqual([
      'com.toolhive.k8s.team-a/a',
      'com.toolhive.k8s.team-a/b',
      'com.toolhive.k8s.team-b/a',
    ]);
  });

  it('forgets what a new list does not hold, and what was deleted', () => {
    const cache = new ObjectCache(1000, () => undefined);
    cache.replace([exported({ name: 'a' }), exported({ name: 'b' })]);

    expect(cache.replace([exported({ name: 'a' })])).toBe(true);
    expect(namesIn(cache)).toEqual(['com.toolhive.k8s.team-a/a']);
    expect(cache.delete('team-a', 'a')).toBe(true);
    expect(cache.delete('team-a', 'a')).toBe(false);
    expect(namesIn(cache)).toEqual([]);
  });
});
