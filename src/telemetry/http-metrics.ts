import { metrics, type Attributes } from '@opentelemetry/api';
import { SCOPES } from './scopes.js';

const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The instruments of the public listener (telemetry spec 4); made after telemetry has been started. */
export class HttpMetrics {
  readonly #meter = metrics.getMeter(SCOPES.http);
  readonly #duration = this.#meter.createHistogram('http.server.request.duration', {
    description: 'Duration of HTTP requests',
    unit: 's',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  readonly #requests = this.#meter.createCounter('stacklok.registry.http.requests', {
    description: 'HTTP requests',
    unit: '{request}',
  });
  readonly #active = this.#meter.createUpDownCounter('http.server.active_requests', {
    description: 'HTTP requests in progress',
    unit: '{request}',
  });
  readonly #errors = this.#meter.createCounter('stacklok.registry.errors', {
    description: 'Errors by area and type',
    unit: '{error}',
  });

  /** Counts a request that has begun. */
  begin(method: string, scheme: string): void {
    this.#active.add(1, { 'http.request.method': method, 'url.scheme': scheme });
  }

  /** Counts a request that has ended. */
  end(method: string, scheme: string, route: string, status: number, seconds: number): void {
    const attributes: Attributes = {
      'http.request.method': method,
      'url.scheme': scheme,
      'http.route': route,
      'http.response.status_code': status,
    };
    this.#active.add(-1, { 'http.request.method': method, 'url.scheme': scheme });
    this.#duration.record(seconds, attributes);
    this.#requests.add(1, attributes);
    if (status >= 400) {
      this.#errors.add(1, { area: 'http', error_type: status >= 500 ? 'server_error' : 'client_error' });
    }
  }
}
