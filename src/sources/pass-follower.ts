import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../database/change-feed.js';
import type { SyncStatus } from '../sync/sync-status.js';

/**
 * Lets an answer say that a pass has ended only when this process serves what the pass stored. The status is read from the
 * database and consumers are served from memory, so that the one could be ahead of the other for a moment: a client that
 * waits for a source to be complete and then reads a registry would miss what it waited for.
 */
@Injectable()
export class PassFollower {
  /** When the last pass ended that was followed, by the source's id. */
  readonly #followed = new Map<number, string>();

  constructor(private readonly changeFeed: ChangeFeed) {}

  /**
   * Waits until this process has caught up with every pass whose end was not seen before; costs nothing otherwise.
   * @param statuses - as just read from the database, by the source's id
   */
  async follow(statuses: Iterable<readonly [number, SyncStatus]>): Promise<void> {
    const ended: [number, string][] = [];
    for (const [id, { lastSyncTime }] of statuses) {
      if (lastSyncTime !== undefined && this.#followed.get(id) !== lastSyncTime) ended.push([id, lastSyncTime]);
    }
    if (ended.length === 0) return;
    await this.changeFeed.announce();
    for (const [id, time] of ended) this.#followed.set(id, time);
  }
}
