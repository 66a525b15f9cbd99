import { describe, expect, it } from 'vitest';
import { formatTimestamp, parseTimestamp } from './timestamp.js';

describe('parseTimestamp', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2020-01-01T00:00:00Z', Date.UTC(2020, 0, 1) * 1000],
    ['2020-01-01T00:00:00.123456Z', Date.UTC(2020, 0, 1) * 1000 + 123_456],
    ['2020-01-01T00:00:00.1Z', Date.UTC(2020, 0, 1) * 1000 + 100_000],
    ['2020-01-01T00:00:00.1234567891Z', Date.UTC(2020, 0, 1) * 1000 + 123_456],
    ['2020-01-01T02:30:00+02:30', Date.UTC(2020, 0, 1) * 1000],
    ['2019-12-31T21:00:00-03:00', Date.UTC(2020, 0, 1) * 1000],
    ['2024-02-29T23:59:59Z', Date.UTC(2024, 1, 29, 23, 59, 59) * 1000],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000_000],
    ['1969-12-31T23:59:59.5Z', -500_000],
  ])('reads %s', (text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });

  it.each([
    'invalid',
    '',
    '2025-01-01',
    '2025-01-01T00:00:00',
    '2025-01-01T00:00Z',
    '1735689600',
    '2025-13-01T00:00:00Z',
    '2025-00-01T00:00:00Z',
    '2025-01-00T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-01-01T24:00:00Z',
    '2025-01-01T00:60:00Z',
    '2025-01-01T00:00:60Z',
    '2025-01-01 00:00:00Z',
    '2025-01-01t00:00:00Z',
    '2025-01-01T00:00:00z',
    '2025-01-01T00:00:00.Z',
    '2025-01-01T00:00:00+0200',
    '2025-01-01T00:00:00+24:00',
    '2025-01-01T00:00:00+00:60',
    ' 2025-01-01T00:00:00Z',
    '2025-01-01T00:00:00Z\n',
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});

describe('formatTimestamp', () => {
  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [Date.UTC(2026, 0, 2, 3, 4, 5, 60) * 1000, '2026-01-02T03:04:05.06Z'],
    [Date.UTC(2026, 0, 2, 3, 4, 5) * 1000 + 1, '2026-01-02T03:04:05.000001Z'],
    [-500_000, '1969-12-31T23:59:59.5Z'],
  ])('writes %d as %s', (moment, expected) => {
    expect(formatTimestamp(moment)).toBe(expected);
  });

  it('writes what is read as the same moment', () => {
    const moment = Date.UTC(2026, 5, 7) * 1000 + 120_340;

    expect(parseTimestamp(formatTimestamp(moment))).toBe(moment);
  });
});
