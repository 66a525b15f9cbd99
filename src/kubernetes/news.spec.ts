import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { News } from './news.js';

describe('News', () => {
  const { signal } = new AbortController();
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function elapsed(waiting: Promise<void>): Promise<number> {
    const begun = performance.now();
    const seen: number[] = [];
    void waiting.then(() => seen.push(performance.now() - begun));
    while (seen.length === 0) await vi.advanceTimersByTimeAsync(10);
    return seen[0] ?? 0;
  }

  it('waits until it has been quiet', async () => {
    const news = new News(100, 1_000);
    news.report();
    setTimeout(() => news.report(), 90);

    expect(await elapsed(news.wait(10_000, signal))).toBeGreaterThanOrEqual(190);
  });

  it('does not let a stream of news hold it up', async () => {
    const news = new News(100, 1_000);
    news.report();
    const timer = setInterval(() => news.report(), 50);

    const waited = await elapsed(news.wait(10_000, signal));

    clearInterval(timer);
    expect(waited).toBeGreaterThanOrEqual(1_000);
    expect(waited).toBeLessThan(1_100);
  });

  it('keeps news that came while nobody waited', async () => {
    const news = new News(0, 1_000);
    await elapsed(news.wait(50, signal));
    news.report();

    expect(await elapsed(news.wait(10_000, signal))).toBeLessThan(50);
  });

  it('gives up waiting after a while without news', async () => {
    expect(await elapsed(new News(100, 1_000).wait(500, signal))).toBeGreaterThanOrEqual(500);
  });

  it('ends when the signal aborts', async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 30);

    expect(await elapsed(new News(100, 1_000).wait(60_000, ending.signal))).toBeLessThan(60);
  });
});
