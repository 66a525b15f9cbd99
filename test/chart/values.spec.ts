import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { CHART, defaultValues, refusal, render, runHelm, template } from '../harness/chart.js';
import { VALUES } from './values.js';

const hasHelm = inject('kubernetesTools') !== null;

interface Schema {
  readonly $ref?: string;
  readonly properties?: Record<string, Schema>;
}

/** Paths of values that the schema does not know. */
function findUnknown(values: object, { properties }: Schema, path = ''): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const schema = properties?.[key];
    if (!schema) return [`${path}${key}`];
    return schema.properties && value ? findUnknown(value as object, schema, `${path}${key}.`) : [];
  });
}

describe('what is written about values', () => {
  it('is current in the README', () => {
    expect(() => execFileSync(process.execPath, ['scripts/write-chart-docs.mjs', '--check'])).not.toThrow();
  });

  it('covers every value in the schema', () => {
    const schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')) as Schema;

    expect(findUnknown(defaultValues(), schema)).toEqual([]);
  });
});

describe.skipIf(!hasHelm)('values', () => {
  it.each(Object.entries<object>(VALUES))('render and pass the lint: %s', (_, values) => {
    const objects = render(values);
    const lint = runHelm(['lint', '--strict', '--quiet', CHART, '-f', '-'], JSON.stringify(values));

    expect(lint).toMatchObject({ status: 0 });
    const identities = objects.map(({ apiVersion, kind, metadata }) => [
      apiVersion,
      kind,
      metadata.namespace ?? '',
      metadata.name,
    ]);
    expect(new Set(identities.map((identity) => identity.join(' '))).size).toBe(objects.length);
    expect(identities.flat()).not.toContain(undefined);
  });

  it.each([
    ['rbac.scope must be either cluster or namespace', { rbac: { scope: 'galaxy' } }],
    ['rbac.allowedNamespaces must be empty when rbac.scope is cluster', { rbac: { allowedNamespaces: ['a'] } }],
    ['rbac.allowedNamespaces must be non-empty when rbac.scope is namespace', { rbac: { scope: 'namespace' } }],
    [
      'serviceMonitor.enabled needs service.exposeInternalPort',
      { serviceMonitor: { enabled: true }, service: { exposeInternalPort: false } },
    ],
    ['ingress.enabled needs ingress.hosts', { ingress: { enabled: true, hosts: [] } }],
    ['httpRoute.enabled needs httpRoute.parentRefs', { httpRoute: { enabled: true } }],
    [
      'podDisruptionBudget.minAvailable and podDisruptionBudget.maxUnavailable exclude each other',
      { podDisruptionBudget: { enabled: true, minAvailable: 1, maxUnavailable: 0 } },
    ],
    ['caBundle.secretName and caBundle.configMapName', { caBundle: { secretName: 'a', configMapName: 'b' } }],
    ['database.ca.secretName and database.ca', { database: { ca: { secretName: 'a', configMapName: 'b' } } }],
    [/migration[./]mode/, { migration: { mode: 'sometimes' } }],
    [/passwordSekret.* not allowed/, { database: { passwordSekret: { name: 'a' } } }],
    [/image[./]digest/, { image: { digest: 'latest' } }],
    [/secretMounts[./]0/, { secretMounts: [{ mountPath: '/a' }] }],
  ])('are refused with: %s', (message, values) => {
    expect(refusal(values)).toMatch(message);
  });

  it('of a parent chart, and keys that the established chart did not look at, are let through', () => {
    const values = { registry: { enabled: true }, tags: { a: true }, service: { nodePort: 1 }, image: { tag: 'x' } };

    expect(template(values)).toMatchObject({ status: 0 });
  });

  it('are let through when numbers are texts', () => {
    const values = { replicaCount: '2', service: { port: '80', internalPort: '81' } };

    expect(template(values)).toMatchObject({ status: 0 });
  });
});
