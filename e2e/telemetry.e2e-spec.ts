import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OtlpReceiver, type ReceivedSpan } from '../test/harness/otlp-receiver.js';
import { newDocument, newServer } from './harness/documents.js';
import {
  createServerDatabase,
  eventually,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const SCOPE = 'github.com/stacklok/toolhive-registry-server';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SYNC_TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN = 'b7ad6b7169203331';
const REQUEST_ID = 'one-request';
/** Standard variables: the first three have their meaning, the configuration wins over the others. */
const ENVIRONMENT = {
  OTEL_RESOURCE_ATTRIBUTES:
    'deployment.environment=test,service.version=7,host.name=other,telemetry.sdk.name=other,telemetry.sdk.language=other',
  OTEL_EXPORTER_OTLP_HEADERS: 'x-key=abc',
  OTEL_BSP_SCHEDULE_DELAY: '100',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  OTEL_SERVICE_NAME: 'other',
  OTEL_TRACES_SAMPLER: 'always_off',
};

describe('a server that exports to a collector', () => {
  let folder: string;
  let collector: OtlpReceiver;
  let database: ServerDatabase;
  let server: RunningServer;
  let answered: string | string[] | undefined;
  let isExportedSoon: boolean;
  const isPassOfLocal = ({ name, attributes }: ReceivedSpan): boolean =>
    name === 'sync.performRegistrySync' && attributes['source.name'] === 'local';
  const isPublish = ({ name }: ReceivedSpan): boolean => name === 'POST /v1/entries';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'telemetry-'));
    await writeFile(join(folder, 'registry.json'), newDocument([newServer('io.example/a')]));
    [collector, database] = await Promise.all([OtlpReceiver.start(), createServerDatabase()]);
    const config = {
      sources: [
        { name: 'mine', managed: {} },
        { name: 'local', file: { path: join(folder, 'registry.json') }, syncPolicy: { interval: '1h' } },
        { name: 'broken', file: { path: join(folder, 'none.json') }, syncPolicy: { interval: '1h' } },
      ],
      registries: [{ name: 'default', sources: ['mine', 'local', 'broken'] }],
      auth: { mode: 'anonymous' },
      database: database.block,
      audit: { enabled: true, logFile: join(folder, 'audit.log') },
      telemetry: {
        enabled: true,
        serviceName: 'registry-e2e',
        endpoint: collector.endpoint,
        insecure: true,
        tracing: { enabled: true, sampling: 1 },
        metrics: { enabled: true },
      },
    };
    server = await startServer(config, { env: ENVIRONMENT });
    await server.synced('local');
    await server.synced('broken', 'failed');
    const { headers } = await server.request('POST', '/v1/entries', {
      headers: { traceparent: `00-${TRACE_ID}-${CALLER_SPAN}-01`, 'x-request-id': REQUEST_ID },
      body: { server: newServer('io.example/published') },
    });
    answered = headers['x-request-id'];
    await server.get('/registry/default/v0.1/servers/io.example%2Fnope/versions');
    await server.get('/registry/default/v0.1/servers', {
      headers: { traceparent: `00-${'1'.repeat(32)}-${CALLER_SPAN}-00` },
    });
    await server.request('POST', '/v1/sources/local/sync', {
      headers: { traceparent: `00-${SYNC_TRACE_ID}-${CALLER_SPAN}-01` },
    });
    await eventually(async () => collector.spans.filter(isPassOfLocal).length > 1, 'a pass without changes');
    await server.internal('/health');
    isExportedSoon = await eventually(async () => collector.spans.some(isPublish), 'the first export', 2_000).catch(
      () => false,
    );
    // What is left is exported before the process ends.
    await server.stop();
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([collector.stop(), database.drop(), rm(folder, { recursive: true, force: true })]);
  });

  const span = (name: string, test: (span: ReceivedSpan) => boolean = () => true): ReceivedSpan => {
    const found = collector.spans.find((candidate) => candidate.name === name && test(candidate));
    if (!found) throw new Error(`no span ${name} among ${collector.spans.map((each) => each.name).join(', ')}`);
    return found;
  };
  const lines = () =>
    server
      .log()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('speaks the protocol', () => {
    expect(collector.complaints).toEqual([]);
    expect(span('POST /v1/entries').resource).toEqual({
      'service.name': 'registry-e2e',
      'service.version': 'unknown',
      'host.name': hostname(),
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.version': expect.any(String),
      'deployment.environment': 'test',
    });
    expect(isExportedSoon).toBe(true);
    expect(new Set(collector.headers.map((headers) => headers['x-key']))).toEqual(new Set(['abc']));
  });

  it('joins the caller, the request, the operation and its statements in one trace', () => {
    const request = span('POST /v1/entries');
    const operation = span('dbService.PublishServerVersion');
    const statements = collector.spans.filter(
      ({ scope, traceId }) => scope.includes('instrumentation-pg') && traceId === TRACE_ID,
    );

    expect(request).toMatchObject({ scope: `${SCOPE}/http`, traceId: TRACE_ID, parentSpanId: CALLER_SPAN, kind: 2 });
    expect(request.attributes).toMatchObject({ 'http.route': '/v1/entries', 'http.response.status_code': 201 });
    expect(operation).toMatchObject({ scope: `${SCOPE}/service/db`, traceId: TRACE_ID, parentSpanId: request.spanId });
    expect(operation.attributes).toMatchObject({ 'server.name': 'io.example/published', 'db.system': 'postgresql' });
    expect(statements.filter(({ parentSpanId }) => parentSpanId === operation.spanId).length).toBeGreaterThan(1);
  });

  it('shows the refreshes of the catalogue with their statements', () => {
    const refresh = collector.spans.filter(({ name }) => name === 'catalog.refresh');

    expect(refresh.length).toBeGreaterThan(0);
    expect(refresh.some(({ spanId }) => collector.spans.some(({ parentSpanId }) => parentSpanId === spanId))).toBe(
      true,
    );
  });

  it('shows passes as traces of their own, with fetching and storing inside', () => {
    const pass = span('sync.performRegistrySync', ({ attributes }) => attributes['source.name'] === 'local');
    const children = collector.spans.filter(({ parentSpanId }) => parentSpanId === pass.spanId);
    const outcomes = collector.spans
      .filter(isPassOfLocal)
      .map(({ attributes }) => [attributes['sync.success'], attributes['sync.server_count']]);

    expect(pass).toMatchObject({ scope: `${SCOPE}/sync/coordinator`, parentSpanId: '', status: 0 });
    expect(pass.attributes).toMatchObject({ 'registry.type': 'file', 'sync.success': true, 'sync.server_count': 1 });
    expect(outcomes).toEqual([
      [true, 1],
      [true, 1],
    ]);
    expect(children.some(({ name }) => name === 'sync.fetch')).toBe(true);
    expect(children.some(({ scope }) => scope.includes('instrumentation-pg'))).toBe(true);
  });

  it('joins the request for a pass, its statements, and the pass with its own', () => {
    const request = span('POST /v1/sources/{name}/sync');
    const pass = span('sync.performRegistrySync', ({ links }) => links.some(({ spanId }) => spanId === request.spanId));
    const statementsOf = (traceId: string) =>
      collector.spans.filter((each) => each.traceId === traceId && each.scope.includes('instrumentation-pg'));

    expect(request).toMatchObject({ traceId: SYNC_TRACE_ID, parentSpanId: CALLER_SPAN });
    expect(pass.links).toEqual([{ traceId: SYNC_TRACE_ID, spanId: request.spanId }]);
    expect(pass.attributes['source.name']).toBe('local');
    expect(statementsOf(SYNC_TRACE_ID).length).toBeGreaterThan(0);
    expect(statementsOf(pass.traceId).length).toBeGreaterThan(0);
  });

  it('marks what fails', () => {
    const pass = span('sync.performRegistrySync', ({ attributes }) => attributes['source.name'] === 'broken');

    expect([pass.status, pass.attributes['sync.success'], pass.events]).toEqual([2, false, ['exception']]);
    expect(span('sync.fetch', ({ parentSpanId }) => parentSpanId === pass.spanId).status).toBe(2);
    expect(span('dbService.ListServerVersions')).toMatchObject({ status: 2, events: ['exception'] });
    expect(span('GET /registry/{registryName}/v0.1/servers/{serverName}/versions').status).toBe(0);
  });

  it('leaves out what the caller did not sample, and the internal port', () => {
    expect(collector.spans.filter(({ traceId }) => traceId === '1'.repeat(32))).toEqual([]);
    expect(collector.spans.filter(({ name }) => name.includes('health') || name.includes('readiness'))).toEqual([]);
  });

  it('gives answer, log line, audit record and trace the same ids', async () => {
    const line = lines().find(({ request_id: id }) => id === REQUEST_ID);
    const records = (await readFile(join(folder, 'audit.log'), 'utf8')).split('\n').filter(Boolean);
    const ids = records.map(
      (record) => (JSON.parse(record) as { metadata: { extra: { request_id: string } } }).metadata.extra.request_id,
    );

    expect(answered).toBe(REQUEST_ID);
    expect(line).toMatchObject({
      msg: 'HTTP request',
      path: '/v1/entries',
      trace_id: TRACE_ID,
      span_id: span('POST /v1/entries').spanId,
    });
    expect(ids.filter((id) => id === REQUEST_ID)).toHaveLength(1);
  });

  it.each([
    'stacklok.registry.servers',
    'stacklok.registry.sync.duration',
    'process.cpu.time',
    'db.client.connection.max',
  ])('exports %s when it stops', (name) => {
    expect(collector.metricNames).toContain(name);
  });

  it('says nothing about its telemetry', () => {
    expect(lines().filter(({ component }) => component === 'telemetry')).toEqual([]);
  });
});

describe('a server whose collector is away', () => {
  let database: ServerDatabase;

  beforeAll(async () => {
    database = await createServerDatabase();
  });
  afterAll(() => database.drop());

  it('serves, says so, and does not wait for it when it stops', async () => {
    const server = await startServer({
      sources: [{ name: 'mine', managed: {} }],
      registries: [{ name: 'default', sources: ['mine'] }],
      auth: { mode: 'anonymous' },
      database: database.block,
      telemetry: {
        enabled: true,
        endpoint: 'http://bot:hunter2@127.0.0.1:1/collector',
        tracing: { enabled: true, sampling: 1 },
        metrics: { enabled: true },
      },
    });
    const { status } = await server.get('/registry/default/v0.1/servers');

    const stopped = performance.now();
    const exit = await server.stop();

    expect([status, exit]).toEqual([200, { code: 0, signal: null }]);
    expect(performance.now() - stopped).toBeLessThan(3_000);
    expect(server.log()).toContain('collector cannot be reached, the last traces and metrics are lost');
    expect(server.log()).not.toContain('hunter2');
  });
});
