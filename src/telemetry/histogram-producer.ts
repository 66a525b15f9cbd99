import { ValueType, type HrTime } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type HistogramMetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { registeredHistograms, type OwnHistogram } from './own-histogram.js';

function toMetricData({ name, description, unit, points }: OwnHistogram, endTime: HrTime): HistogramMetricData {
  return {
    descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: Array.from(points(), ({ attributes, startedAt, boundaries, counts, count, sum, min, max }) => ({
      attributes,
      startTime: millisToHrTime(startedAt),
      endTime,
      value: {
        buckets: { boundaries: [...boundaries], counts: [...counts] },
        count,
        sum,
        hasMinMax: count > 0,
        min,
        max,
      },
    })),
  };
}

/** Gives readers the histograms that are not the SDK's; a histogram without values is not there yet. */
export class HistogramProducer implements MetricProducer {
  async collect(): Promise<CollectionResult> {
    const now = millisToHrTime(Date.now());
    const scopeMetrics = Array.from(registeredHistograms(), (histogram) => ({
      scope: { name: histogram.scope },
      metrics: [toMetricData(histogram, now)].filter(({ dataPoints }) => dataPoints.length > 0),
    }));
    return {
      // Readers take the resource of the SDK's own metrics.
      resourceMetrics: {
        resource: emptyResource(),
        scopeMetrics: scopeMetrics.filter(({ metrics }) => metrics.length > 0),
      },
      errors: [],
    };
  }
}
