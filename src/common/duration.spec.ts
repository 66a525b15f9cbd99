import { describe, expect, it } from 'vitest';
import { formatDuration, parseDurationMs, parseDurationNanoseconds } from './duration.js';

describe('parseDurationNanoseconds', () => {
  it.each([
    ['30m', 1800e9],
    ['1h30m', 5400e9],
    ['1.5h', 5400e9],
    ['.5s', 0.5e9],
    ['1.s', 1e9],
    ['300ms', 0.3e9],
    ['10us', 10e3],
    ['10µs', 10e3],
    ['7ns', 7],
    ['0', 0],
    ['0s', 0],
    ['-5m', -300e9],
    ['+5m', 300e9],
    ['1h1m1s', 3661e9],
    ['1.001s', 1_001_000_000],
    ['4.35ms', 4_350_000],
    ['1h0.001m', 3_600_060_000_000],
    ['0.5ns', 0],
    [`1.${'5'.repeat(400)}s`, 1_555_555_555],
  ])('reads %s', (text, nanoseconds) => {
    expect(parseDurationNanoseconds(text)).toBe(nanoseconds);
  });

  it.each([
    '',
    '-',
    '1',
    '60',
    '1d',
    '1w',
    '1 h',
    '1h 30m',
    'h',
    '1,5h',
    'abc',
    '1h30',
    '--1s',
    'Infinitys',
    '1.2.3s',
    '2562048h',
  ])('refuses %j', (text) => {
    expect(parseDurationNanoseconds(text)).toBeUndefined();
    expect(parseDurationMs(text)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    ['1m', '1m0s'],
    ['90m', '1h30m0s'],
    ['1h', '1h0m0s'],
    ['30s', '30s'],
    ['1h30m5.5s', '1h30m5.5s'],
    ['1.5h30s', '1h30m30s'],
    ['10ms', '10ms'],
    ['1.5ms', '1.5ms'],
    ['20us', '20µs'],
    ['0', '0s'],
    ['-5m', '-5m0s'],
    ['100s', '1m40s'],
    ['10s', '10s'],
    ['1.000001s', '1.000001s'],
  ])('writes %s as %s', (text, canonical) => {
    expect(formatDuration((parseDurationNanoseconds(text) ?? Number.NaN) / 1000)).toBe(canonical);
  });
});
