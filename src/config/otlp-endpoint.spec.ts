import { describe, expect, it } from 'vitest';
import { otlpBaseUrl } from './otlp-endpoint.js';

describe('otlpBaseUrl', () => {
  it.each([
    ['localhost:4318', true, 'http://localhost:4318'],
    ['localhost:4318', false, 'https://localhost:4318'],
    ['[::1]:4318', true, 'http://[::1]:4318'],
    ['http://otel:4318', false, 'http://otel:4318'],
    ['https://otel.example.com/', true, 'https://otel.example.com'],
    ['https://otel.example.com/a/b/', true, 'https://otel.example.com/a/b'],
  ])('makes %s with insecure %s to %s', (endpoint, insecure, url) => {
    expect(otlpBaseUrl(endpoint, insecure)).toBe(url);
  });

  it.each([
    '',
    'localhost',
    'localhost:0',
    'localhost:65536',
    'localhost:4318/x',
    'ftp://h',
    'http://',
    'https://h?x=1',
    'a b:1',
  ])('cannot use %j', (endpoint) => {
    expect(otlpBaseUrl(endpoint, true)).toBeUndefined();
  });
});
