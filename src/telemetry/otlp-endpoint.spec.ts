import { describe, expect, it } from 'vitest';
import { parseOtlpEndpoint } from './otlp-endpoint.js';

describe('parseOtlpEndpoint', () => {
  it.each([
    ['localhost:4318', false, 'https://localhost:4318'],
    ['localhost:4318', true, 'http://localhost:4318'],
    ['[::1]:4318', true, 'http://[::1]:4318'],
    ['http://otel:4318', false, 'http://otel:4318'],
    ['https://otel:4318', true, 'https://otel:4318'],
    ['http://otel:4318/collector/', false, 'http://otel:4318/collector'],
  ])('reads %s (insecure: %s)', (endpoint, insecure, base) => {
    expect(parseOtlpEndpoint(endpoint, insecure)).toEqual({
      traces: `${base}/v1/traces`,
      metrics: `${base}/v1/metrics`,
    });
  });

  it.each(['', 'otel', 'otel:4318/x', 'ftp://otel:1', 'http://', 'otel:port', 'http://a?b=c'])(
    'refuses %j',
    (endpoint) => {
      expect(parseOtlpEndpoint(endpoint, true)).toBeUndefined();
    },
  );
});
