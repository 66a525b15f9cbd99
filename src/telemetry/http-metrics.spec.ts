import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it } from 'vitest';
import { HistogramProducer } from './histogram-producer.js';
import { HttpMetrics } from './http-metrics.js';

const LIST = '/registry/{registryName}/v0.1/servers';

describe('the metrics of requests', () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);

  afterEach(() => {
    exporter.reset();
    metrics.disable();
  });

  async function exportedAfter(work: (http: HttpMetrics) => void): Promise<Record<string, MetricData>> {
    const reader = new PeriodicExportingMetricReader({ exporter, metricProducers: [new HistogramProducer()] });
    const provider = new MeterProvider({ readers: [reader] });
    metrics.setGlobalMeterProvider(provider);
    work(new HttpMetrics());
    await provider.forceFlush();
    const scopes = exporter.getMetrics()[0]?.scopeMetrics ?? [];
    return Object.fromEntries(scopes.flatMap((scope) => scope.metrics).map((data) => [data.descriptor.name, data]));
  }

  const valuesOf = (data: MetricData | undefined) =>
    data?.dataPoints.map(({ attributes, value }) => [attributes, value]);

  it('keep a series for each method, scheme, route and status', async () => {
    const all = await exportedAfter((http) => {
      for (const [scheme, status] of [
        ['http', 200],
        ['http', 200],
        ['https', 200],
        ['http', 404],
      ] as const) {
        http.begin('GET', scheme);
        http.end('GET', scheme, LIST, status, 0.02);
      }
      http.begin('GET', 'http');
    });

    const attributes = (scheme: string, status: number) => ({
      'http.request.method': 'GET',
      'url.scheme': scheme,
      'http.route': LIST,
      'http.response.status_code': status,
    });
    expect(valuesOf(all['stacklok.registry.http.requests'])).toEqual([
      [attributes('http', 200), 2],
      [attributes('https', 200), 1],
      [attributes('http', 404), 1],
    ]);
    expect(valuesOf(all['http.server.request.duration'])).toEqual([
      [attributes('http', 200), expect.objectContaining({ count: 2, sum: 0.04, min: 0.02, max: 0.02 })],
      [attributes('https', 200), expect.objectContaining({ count: 1 })],
      [attributes('http', 404), expect.objectContaining({ count: 1 })],
    ]);
    expect(valuesOf(all['http.server.active_requests'])).toEqual([
      [{ 'http.request.method': 'GET', 'url.scheme': 'http' }, 1],
      [{ 'http.request.method': 'GET', 'url.scheme': 'https' }, 0],
    ]);
    expect(valuesOf(all['stacklok.registry.errors'])).toEqual([[{ area: 'http', error_type: 'client_error' }, 1]]);
  });

  it('has no histogram and no errors before the first request', async () => {
    const all = await exportedAfter(() => undefined);

    expect(all['http.server.request.duration']).toBeUndefined();
    expect(valuesOf(all['stacklok.registry.errors']) ?? []).toEqual([]);
  });
});
