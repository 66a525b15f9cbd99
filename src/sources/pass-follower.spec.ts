import { describe, expect, it, vi } from 'vitest';
import type { ChangeFeed } from '../database/change-feed.js';
import type { SyncStatus } from '../sync/sync-status.js';
import { PassFollower } from './pass-follower.js';

function newStatus(lastSyncTime?: string): SyncStatus {
  const counts = { serverCount: 0, skillCount: 0, pluginCount: 0 };
  return { phase: 'complete', message: '', attemptCount: 0, ...counts, ...(lastSyncTime && { lastSyncTime }) };
}

function newFollower() {
  const announce = vi.fn(() => Promise.resolve());
  return { announce, follower: new PassFollower({ announce } as unknown as ChangeFeed) };
}

describe('PassFollower', () => {
  it('waits until the process has caught up with a pass that has ended', async () => {
    const { announce, follower } = newFollower();
    let finish = (): void => undefined;
    announce.mockImplementation(() => new Promise<void>((resolve) => (finish = resolve)));
    let isFollowed = false;

    const following = follower.follow([[1, newStatus('2026-01-01T00:00:00.000001Z')]]).then(() => (isFollowed = true));
    await new Promise(setImmediate);
    expect(isFollowed).toBe(false);
    finish();
    await following;

    expect(isFollowed).toBe(true);
  });

  it('asks once for each pass', async () => {
    const { announce, follower } = newFollower();
    const first = [1, newStatus('2026-01-01T00:00:00.000001Z')] as const;

    await follower.follow([first]);
    await follower.follow([first]);
    expect(announce).toHaveBeenCalledTimes(1);
    await follower.follow([first, [2, newStatus('2025-01-01T00:00:00.000001Z')]]);
    await follower.follow([[1, newStatus('2026-01-01T00:00:00.000002Z')]]);

    expect(announce).toHaveBeenCalledTimes(3);
  });

  it('does not ask about sources without a pass', async () => {
    const { announce, follower } = newFollower();

    await follower.follow([[1, newStatus()]]);

    expect(announce).not.toHaveBeenCalled();
  });
});
