import { metrics } from '@opentelemetry/api';
import { HistogramPoint, registerHistogram } from './own-histogram.js';
import { SCOPES } from './scopes.js';

const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Requests that ended with one method, scheme, route and status. */
interface EndedSeries {
  readonly method: string;
  readonly scheme: string;
  readonly status: number;
  readonly durations: HistogramPoint;
}

/** Requests of one method and scheme that are in progress. */
interface ActiveSeries {
  readonly method: string;
  readonly scheme: string;
  count: number;
}

/**
 * The requests of the public listener (telemetry spec 4), counted in series of our own that are read when metrics are
 * collected: this is done for each request, so a series is found by comparing a few interned strings. Made after telemetry
 * has been started.
 */
export class HttpMetrics {
  readonly #ended = new Map<string, EndedSeries[]>();
  readonly #active: ActiveSeries[] = [];
  #clientErrors = 0;
  #serverErrors = 0;

  constructor() {
    const meter = metrics.getMeter(SCOPES.http);
    registerHistogram({
      scope: SCOPES.http,
      name: 'http.server.request.duration',
      description: 'Duration of HTTP requests',
      unit: 's',
      points: () => this.#points(),
    });
    meter
      .createObservableCounter('stacklok.registry.http.requests', { description: 'HTTP requests', unit: '{request}' })
      .addCallback((result) => {
        for (const { count, attributes } of this.#points()) result.observe(count, attributes);
      });
    meter
      .createObservableUpDownCounter('http.server.active_requests', {
        description: 'HTTP requests in progress',
        unit: '{request}',
      })
      .addCallback((result) => {
        for (const { method, scheme, count } of this.#active) {
          result.observe(count, { 'http.request.method': method, 'url.scheme': scheme });
        }
      });
    meter
      .createObservableCounter('stacklok.registry.errors', {
        description: 'Errors by area and type',
        unit: '{error}',
      })
      .addCallback((result) => {
        if (this.#clientErrors > 0) result.observe(this.#clientErrors, { area: 'http', error_type: 'client_error' });
        if (this.#serverErrors > 0) result.observe(this.#serverErrors, { area: 'http', error_type: 'server_error' });
      });
  }

  /** Counts a request that has begun. */
  begin(method: string, scheme: string): void {
    this.#activeSeries(method, scheme).count++;
  }

  /** Counts a request that has ended. */
  end(method: string, scheme: string, route: string, status: number, seconds: number): void {
    this.#activeSeries(method, scheme).count--;
    this.#endedSeries(method, scheme, route, status).durations.record(seconds);
    if (status >= 500) this.#serverErrors++;
    else if (status >= 400) this.#clientErrors++;
  }

  *#points(): Iterable<HistogramPoint> {
    for (const series of this.#ended.values()) for (const { durations } of series) yield durations;
  }

  #activeSeries(method: string, scheme: string): ActiveSeries {
    for (const series of this.#active) if (series.method === method && series.scheme === scheme) return series;
    const series = { method, scheme, count: 0 };
    this.#active.push(series);
    return series;
  }

  #endedSeries(method: string, scheme: string, route: string, status: number): EndedSeries {
    const ofRoute = this.#ended.get(route) ?? [];
    for (const series of ofRoute) {
      if (series.status === status && series.method === method && series.scheme === scheme) return series;
    }
    const attributes = {
      'http.request.method': method,
      'url.scheme': scheme,
      'http.route': route,
      'http.response.status_code': status,
    };
    const series = { method, scheme, status, durations: new HistogramPoint(attributes, DURATION_BUCKETS) };
    this.#ended.set(route, [...ofRoute, series]);
    return series;
  }
}
