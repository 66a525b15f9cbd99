import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationTemporality, DataPointType, MetricReader, type MetricData } from '@opentelemetry/sdk-metrics';
import { HistogramProducer } from './histogram-producer.js';
import type { MetricsSource } from './telemetry-handle.js';

/** Unit to the suffix that Prometheus names carry (OpenTelemetry to Prometheus compatibility). */
const UNIT_SUFFIXES: Readonly<Record<string, string>> = { s: '_seconds', ms: '_milliseconds', By: '_bytes' };

function suffixOf(metric: MetricData): string {
  const { unit } = metric.descriptor;
  if (unit === '1') return metric.dataPointType === DataPointType.GAUGE ? '_ratio' : '';
  return UNIT_SUFFIXES[unit] ?? '';
}

function withPrometheusName(metric: MetricData): MetricData {
  const suffix = suffixOf(metric);
  const { name } = metric.descriptor;
  // The unit stands in the name; a UNIT line would only repeat it, and older scrapers do not know it.
  const descriptor = { ...metric.descriptor, name: name.endsWith(suffix) ? name : `${name}${suffix}`, unit: '' };
  return { ...metric, descriptor };
}

/** Collects all metrics as Prometheus text when it is scraped (telemetry spec 4.1). */
export class PrometheusReader extends MetricReader implements MetricsSource {
  readonly #serializer = new PrometheusSerializer(undefined, false, /^stacklok\./);

  constructor() {
    super({
      aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE,
      metricProducers: [new HistogramProducer()],
    });
  }

  async scrape(): Promise<string> {
    const { resourceMetrics } = await this.collect();
    const scopeMetrics = resourceMetrics.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map(withPrometheusName),
    }));
    return `${this.#serializer.serialize({ ...resourceMetrics, scopeMetrics })}\n`;
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}
