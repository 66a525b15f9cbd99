import { metrics, type Attributes, type ObservableResult } from '@opentelemetry/api';
import { SCOPES } from './scopes.js';

const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Requests that ended with one method, scheme, route and status. */
interface Series {
  readonly attributes: Attributes;
  count: number;
}

/** Counters by the text that stands for their attributes: a look-up, where an instrument sorts and joins them each time. */
class CounterMap {
  readonly #series = new Map<string, Series>();

  add(key: string, attributes: () => Attributes, by = 1): Series {
    let series = this.#series.get(key);
    if (!series) {
      series = { attributes: attributes(), count: 0 };
      this.#series.set(key, series);
    }
    series.count += by;
    return series;
  }

  observe(result: ObservableResult): void {
    for (const { attributes, count } of this.#series.values()) result.observe(count, attributes);
  }
}

/** The instruments of the public listener (telemetry spec 4); made after telemetry has been started. */
export class HttpMetrics {
  readonly #meter = metrics.getMeter(SCOPES.http);
  readonly #duration = this.#meter.createHistogram('http.server.request.duration', {
    description: 'Duration of HTTP requests',
    unit: 's',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  readonly #requests = new CounterMap();
  readonly #active = new CounterMap();
  readonly #errors = new CounterMap();

  constructor() {
    this.#meter
      .createObservableCounter('stacklok.registry.http.requests', { description: 'HTTP requests', unit: '{request}' })
      .addCallback((result) => this.#requests.observe(result));
    this.#meter
      .createObservableUpDownCounter('http.server.active_requests', {
        description: 'HTTP requests in progress',
        unit: '{request}',
      })
      .addCallback((result) => this.#active.observe(result));
    this.#meter
      .createObservableCounter('stacklok.registry.errors', {
        description: 'Errors by area and type',
        unit: '{error}',
      })
      .addCallback((result) => this.#errors.observe(result));
  }

  /** Counts a request that has begun. */
  begin(method: string, scheme: string): void {
    this.#addActive(method, scheme, 1);
  }

  /** Counts a request that has ended. */
  end(method: string, scheme: string, route: string, status: number, seconds: number): void {
    this.#addActive(method, scheme, -1);
    const { attributes } = this.#requests.add(`${method} ${scheme} ${status} ${route}`, () => ({
      'http.request.method': method,
      'url.scheme': scheme,
      'http.route': route,
      'http.response.status_code': status,
    }));
    this.#duration.record(seconds, attributes);
    if (status >= 400) {
      const type = status >= 500 ? 'server_error' : 'client_error';
      this.#errors.add(type, () => ({ area: 'http', error_type: type }));
    }
  }

  #addActive(method: string, scheme: string, by: 1 | -1): void {
    this.#active.add(`${method} ${scheme}`, () => ({ 'http.request.method': method, 'url.scheme': scheme }), by);
  }
}
