import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FetchError, NetworkError } from '../../pass-errors.js';
import { isTransientStatus, parseRetryAfter, retryDelay, TransientStatusError, withRetries } from './retry.js';

describe('isTransientStatus', () => {
  it.each([408, 429, 500, 502, 503, 504, 599])('tries %i again', (status) => {
    expect(isTransientStatus(status)).toBe(true);
  });

  it.each([200, 204, 301, 400, 401, 403, 404, 409, 422])('does not try %i again', (status) => {
    expect(isTransientStatus(status)).toBe(false);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['3', 3000],
    [' 0 ', 0],
    ['600', 60_000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['Thu, 01 Jan 2026 01:00:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads %s', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});

describe('retryDelay', () => {
  it.each([1, 2, 3])('doubles with jitter from half a second, try %i', (tries) => {
    const delay = retryDelay(tries, new NetworkError('x'));

    expect(delay).toBeGreaterThanOrEqual(500 * 2 ** (tries - 1));
    expect(delay).toBeLessThan(750 * 2 ** (tries - 1));
  });

  it('does what the server asks', () => {
    expect(retryDelay(3, new TransientStatusError('x', 7000))).toBe(7000);
  });
});

describe('withRetries', () => {
  const { signal } = new AbortController();
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function tried(attempt: () => Promise<string>): Promise<string> {
    const result = withRetries(signal, attempt).catch((error: Error) => error.message);
    await vi.runAllTimersAsync();
    return result;
  }

  it('tries four times', async () => {
    const attempt = vi.fn(() => Promise.reject(new NetworkError('down')));

    expect(await tried(attempt)).toBe('down');

    expect(attempt).toHaveBeenCalledTimes(4);
  });

  it('ends with the first success', async () => {
    const attempt = vi.fn<() => Promise<string>>();
    attempt.mockRejectedValueOnce(new NetworkError('down')).mockResolvedValueOnce('up');

    expect(await tried(attempt)).toBe('up');
  });

  it('does not try again what cannot get better', async () => {
    const attempt = vi.fn(() => Promise.reject(new FetchError('no')));

    expect(await tried(attempt)).toBe('no');

    expect(attempt).toHaveBeenCalledTimes(1);
  });
});
