import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { TestIssuer } from '../test/harness/issuer.js';
import { newServer } from './harness/documents.js';
import { metricNamesOf } from './harness/promql.js';
import { createServerDatabase, startServer, type RunningServer, type ServerDatabase } from './harness/server.js';

const FOLDER = fileURLToPath(new URL('../docs/observability/', import.meta.url));
const read = (name: string) => readFile(join(FOLDER, name), 'utf8');

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}
interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

/** Every expression of the dashboard and the alert rules with where it stands. */
async function expressions(): Promise<[where: string, expression: string][]> {
  const { panels } = JSON.parse(await read('dashboard.json')) as { panels: Panel[] };
  const { groups } = parse(await read('alerts.yaml')) as RuleFile;
  return [
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }): [string, string] => [title, expr])),
    ...groups.flatMap(({ rules }) => rules.map(({ alert, expr }): [string, string] => [alert, expr])),
  ];
}

describe('the dashboard and the alert rules', () => {
  let issuer: TestIssuer;
  let database: ServerDatabase;
  let server: RunningServer;
  let scraped: string;
  const names = () => new Set(scraped.match(/^[a-z_0-9]+(?=[{ ])/gm));

  beforeAll(async () => {
    [issuer, database] = await Promise.all([TestIssuer.start(), createServerDatabase()]);
    server = await startServer(
      {
        sources: [
          { name: 'mine', managed: {} },
          { name: 'lost', file: { path: '/no/such/file.json' }, syncPolicy: { interval: '1h' } },
          { name: 'cluster', kubernetes: {} },
        ],
        registries: [{ name: 'default', sources: ['mine', 'lost'] }],
        auth: {
          mode: 'oauth',
          oauth: {
            providers: [{ name: 'test', issuerUrl: issuer.url, audience: issuer.audience, allowPrivateIP: true }],
          },
        },
        database: database.block,
        audit: { enabled: true, logFile: '/dev/null' },
        telemetry: { enabled: true, endpoint: '127.0.0.1:1', insecure: true, metrics: { enabled: true } },
      },
      { env: { THV_REGISTRY_INSECURE_URL: 'true', KUBECONFIG: '/no/such/kubeconfig' } },
    );
    const token = await issuer.token();
    await server.request('POST', '/v1/entries', { token, body: { server: newServer('io.example/a') } });
    for (let round = 0; round < 2; round++) await server.get('/registry/default/v0.1/servers', { token });
    await server.get('/registry/default/v0.1/servers/nope/versions', { token });
    await server.get('/v1/sources', { token: await issuer.token({ exp: 1 }) });
    await server.get('/v1/sources');
    await server.synced('lost', 'failed', { token });
    await new Promise((resolve) => setTimeout(resolve, 200));
    scraped = (await server.internal('/metrics')).text;
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
    await issuer.stop();
  });

  it('use only metrics that a running server has', async () => {
    const known = names();
    const unknown = (await expressions()).flatMap(([where, expression]) =>
      metricNamesOf(expression)
        .filter((name) => !known.has(name))
        .map((name) => `${where}: ${name}`),
    );

    expect(unknown).toEqual([]);
    expect(metricNamesOf((await expressions()).map(([, expression]) => expression).join(' + ')).length).toBeGreaterThan(
      30,
    );
  });

  it('are explained in full: every metric of the server, and no other', async () => {
    // Most metrics of Kubernetes sources need a cluster: its own suite looks at them.
    const isOfCluster = (name: string) => name.startsWith('stacklok_registry_kubernetes_');
    const described = [...(await read('README.md')).matchAll(/^\| `([a-z_0-9]+)` +\| `[a-z_0-9.]+`/gm)].map(
      ([, name]) => name ?? '',
    );
    const types = [...scraped.matchAll(/^# TYPE ([a-z_0-9]+) /gm)].map(([, name]) => name ?? '');

    expect(described.filter((name) => !isOfCluster(name)).toSorted()).toEqual(
      types.filter((name) => name !== 'target_info' && !isOfCluster(name)).toSorted(),
    );
  });

  it('show what has happened', () => {
    const value = (series: RegExp): number | undefined => {
      const line = scraped.split('\n').find((candidate) => series.test(candidate));
      return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
    };

    expect(value(/^stacklok_registry_catalog_entries\{.*kind="server"/)).toBe(1);
    expect(value(/^stacklok_registry_catalog_versions\{.*kind="server"/)).toBe(1);
    expect(value(/^stacklok_registry_catalog_size_bytes/)).toBeGreaterThan(100);
    expect(value(/^stacklok_registry_catalog_lag_seconds/)).toBe(0);
    expect(value(/^stacklok_registry_page_cache_requests_total\{.*result="hit"/)).toBe(1);
    expect(value(/^stacklok_registry_auth_tokens_total\{.*reason="expired"/)).toBe(1);
    expect(value(/^stacklok_registry_auth_tokens_total\{provider="test",outcome="accepted"/)).toBeGreaterThan(3);
    expect(value(/^stacklok_registry_auth_tokens_total\{.*reason="no token"/)).toBe(1);
    expect(value(/^stacklok_registry_ready/)).toBe(1);
    expect(value(/^stacklok_registry_change_feed_hearing/)).toBe(1);
    expect(value(/^process_memory_usage_bytes/)).toBeGreaterThan(10_000_000);
    expect(value(/^stacklok_registry_audit_failing/)).toBe(0);
  });
});
