import type { Attributes } from '@opentelemetry/api';

/** Values with the same attributes, counted by bucket. */
export class HistogramPoint {
  readonly startedAt = Date.now();
  /** How many values each bucket has: upper bounds belong to their bucket, the last has what is beyond all of them. */
  readonly counts: number[];
  count = 0;
  sum = 0;
  min = Infinity;
  max = -Infinity;

  constructor(
    readonly attributes: Attributes,
    readonly boundaries: readonly number[],
  ) {
    this.counts = Array.from({ length: boundaries.length + 1 }, () => 0);
  }

  record(value: number): void {
    let bucket = 0;
    while (bucket < this.boundaries.length && value > (this.boundaries[bucket] ?? Infinity)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.count++;
    this.sum += value;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
  }
}

/**
 * A histogram that is kept by who records it instead of by the SDK, which sorts, joins and hashes the attributes of every
 * value anew, once for each reader. It is exported like any other (OpenTelemetry metrics SDK, MetricProducer).
 */
export interface OwnHistogram {
  /** The instrumentation scope. */
  readonly scope: string;
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** What has been recorded since the start, one point for each combination of attributes. */
  readonly points: () => Iterable<HistogramPoint>;
}

const histograms = new Map<string, OwnHistogram>();

/** Has a histogram exported from now on; one of the same name takes the place of the one before. */
export function registerHistogram(histogram: OwnHistogram): void {
  histograms.set(histogram.name, histogram);
}

/** All histograms that are to be exported. */
export function registeredHistograms(): Iterable<OwnHistogram> {
  return histograms.values();
}
