import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangeFeed } from './change-feed.js';

/** A source that records probes and can be told what arrives. */
function newFeed(): { feed: ChangeFeed; probes: string[]; state: { isUp: boolean } } {
  const probes: string[] = [];
  const state = { isUp: true };
  const feed = new ChangeFeed({
    get isUp() {
      return state.isUp;
    },
    start: () => undefined,
    stop: async () => undefined,
    notify: async (payload) => void probes.push(payload),
  });
  return { feed, probes, state };
}

describe('ChangeFeed', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  describe('announce', () => {
    it('resolves when every listener has caught up', async () => {
      const { feed } = newFeed();
      let done = 0;
      for (const delay of [10, 20]) {
        feed.subscribe(async () => {
          await new Promise((resolve) => setTimeout(resolve, delay));
          done++;
        });
      }

      const announced = feed.announce();
      await vi.advanceTimersByTimeAsync(20);
      await announced;

      expect(done).toBe(2);
    });

    it('makes of all news during a call one more call, which began after them', async () => {
      const { feed } = newFeed();
      const releases: (() => void)[] = [];
      feed.subscribe(() => new Promise((resolve) => releases.push(resolve)));
      const outcomes: string[] = [];
      const first = feed.announce().then(() => outcomes.push('first'));
      const second = feed.announce().then(() => outcomes.push('second'));
      const third = feed.announce().then(() => outcomes.push('third'));

      expect(releases).toHaveLength(1);
      releases[0]!();
      await first;
      await vi.advanceTimersByTimeAsync(0);
      expect(outcomes).toEqual(['first']);
      expect(releases).toHaveLength(2);
      releases[1]!();
      await Promise.all([second, third]);

      expect(releases).toHaveLength(2);
    });

    it('goes on after a listener that throws', async () => {
      const { feed } = newFeed();
      const listener = vi.fn(async () => undefined);
      feed.subscribe(() => Promise.reject(new Error('not today')));
      feed.subscribe(listener);

      await feed.announce();
      await feed.announce();

      expect(listener).toHaveBeenCalledTimes(2);
    });

    it('calls nobody who has unsubscribed', async () => {
      const { feed } = newFeed();
      const listener = vi.fn(async () => undefined);
      feed.subscribe(listener)();

      await feed.announce();

      expect(listener).not.toHaveBeenCalled();
    });
  });

  describe('polling', () => {
    it('calls the listeners every second until its own probe arrives', async () => {
      const { feed, probes } = newFeed();
      const listener = vi.fn(async () => undefined);
      feed.subscribe(listener);
      feed.onApplicationBootstrap();
      feed.onListening();

      await vi.advanceTimersByTimeAsync(3_000);
      expect(listener).toHaveBeenCalledTimes(1 + 3);
      feed.onNotification(probes[0]!);
      await vi.advanceTimersByTimeAsync(5_000);

      expect(listener).toHaveBeenCalledTimes(4);
      await feed.beforeApplicationShutdown();
    });

    it('begins again when the connection is lost, and rests while the database is away', async () => {
      const { feed, probes, state } = newFeed();
      const listener = vi.fn(async () => undefined);
      feed.subscribe(listener);
      feed.onApplicationBootstrap();
      feed.onListening();
      feed.onNotification(probes[0]!);

      feed.onDeaf();
      state.isUp = false;
      await vi.advanceTimersByTimeAsync(3_000);
      expect(listener).toHaveBeenCalledTimes(1);
      state.isUp = true;
      await vi.advanceTimersByTimeAsync(1_000);

      expect(listener).toHaveBeenCalledTimes(2);
      await feed.beforeApplicationShutdown();
    });

    it('takes the probe of another process for no news', async () => {
      const { feed } = newFeed();
      const listener = vi.fn(async () => undefined);
      feed.subscribe(listener);

      feed.onNotification('probe of somebody else');

      expect(listener).not.toHaveBeenCalled();
      expect(feed.isHearing).toBe(false);
    });

    it('probes again where notifications do not arrive', async () => {
      const { feed, probes } = newFeed();
      feed.onApplicationBootstrap();
      feed.onListening();

      await vi.advanceTimersByTimeAsync(25_000);

      expect(probes.length).toBeGreaterThan(2);
      await feed.beforeApplicationShutdown();
    });
  });
});
