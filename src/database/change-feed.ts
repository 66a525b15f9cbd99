import { randomUUID } from 'node:crypto';
import { createLogger } from '../telemetry/logging.js';
import { CommitReceipts } from './commit-receipts.js';

const POLL_INTERVAL_MS = 1_000;
const PROBE_INTERVAL_MS = 10_000;

type Listener = () => Promise<void>;

/** What the feed needs of the database; a transaction-pooling proxy between the two ends is noticed by the probe. */
export interface ChangeSource {
  readonly isUp: boolean;
  start(): void;
  stop(): Promise<void>;
  /** Sends a notification through the pool, not through the listening connection. */
  notify(payload: string): Promise<void>;
}

/**
 * Tells the rooms of this process that sources, registries or entries may have changed, here or in another replica. News
 * comes by LISTEN on one dedicated connection. After every (re)connection, and every second while nothing can be heard (the
 * connection is away, or a transaction-pooling proxy swallows notifications), the listeners are called on suspicion.
 */
export class ChangeFeed {
  readonly #log = createLogger('change-feed');
  readonly #subscriptions = new Set<Subscription>();
  readonly #probePayload = `probe ${randomUUID()}`;
  #isHearing = false;
  /** Since when nothing is known to arrive; on the clock of `performance`. */
  #deafSince = performance.now();
  #heard = 0;
  #probedAt = 0;
  #pollTimer: NodeJS.Timeout | undefined;
  #tellOthers: (() => Promise<void>) | undefined;
  /** Of changes that this process commits, from those that follow them. */
  readonly receipts = new CommitReceipts();

  constructor(private readonly source: ChangeSource) {}

  /** Whether notifications are known to arrive; otherwise the feed polls. */
  get isHearing(): boolean {
    return this.#isHearing;
  }

  /** How long nothing has been known to arrive, in milliseconds; 0 while it is hearing. */
  get deafMs(): number {
    return this.#isHearing ? 0 : performance.now() - this.#deafSince;
  }

  /** How many notifications of changes have arrived. */
  get heard(): number {
    return this.#heard;
  }

  /**
   * Calls the listener when something may have changed. Calls never overlap: news during a call leads to one more call. Subscribe
   * first and load then, so that nothing falls between.
   * @param listener - resolves when it has caught up with the database; what it throws is logged
   * @returns a function that ends the subscription
   */
  subscribe(listener: Listener): () => void {
    const subscription = new Subscription(listener);
    this.#subscriptions.add(subscription);
    return () => this.#subscriptions.delete(subscription);
  }

  /** Calls all listeners and resolves when each has caught up with what was committed before; never rejects. */
  async announce(): Promise<void> {
    await this.#catchUpAll();
  }

  /** Has {@link announceCommit} wait for other processes, too. @param tell - never rejects, and is bounded in time */
  includeOthers(tell: () => Promise<void>): void {
    this.#tellOthers = tell;
  }

  /** As `announce`, after a commit of this process: waits as well for others that are to show at once what was written. */
  async announceCommit(): Promise<void> {
    await Promise.all([this.announce(), this.#tellOthers?.()]);
  }

  /** Starts listening; safe to call twice. */
  onApplicationBootstrap(): void {
    this.source.start();
    this.#pollTimer ??= setInterval(() => this.#poll(), POLL_INTERVAL_MS).unref();
  }

  /** Stops listening; announcements of this process still reach its listeners. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#pollTimer);
    this.#pollTimer = undefined;
    await this.source.stop();
  }

  /** Takes the connection's news: it listens (again). */
  onListening(): void {
    this.#sendProbe();
    void this.announce();
  }

  /** Takes the connection's news: it is gone. */
  onDeaf(): void {
    if (this.#isHearing) this.#deafSince = performance.now();
    this.#isHearing = false;
  }

  /** Takes a notification. */
  onNotification(payload: string): void {
    if (payload.startsWith('probe ')) {
      if (payload === this.#probePayload) this.#isHearing = true;
    } else if (!this.receipts.take(payload)) {
      this.#heard++;
      void this.#follow(payload);
    }
  }

  /** Follows a change, and says so when the process that made it waits for that. */
  async #follow(payload: string): Promise<void> {
    const hasFollowed = await this.#catchUpAll();
    const confirmation = hasFollowed ? this.receipts.confirmationOf(payload) : undefined;
    if (confirmation !== undefined) this.#send(confirmation);
  }

  /** @returns whether every listener has caught up */
  async #catchUpAll(): Promise<boolean> {
    const caughtUp = await Promise.all([...this.#subscriptions].map((subscription) => this.#catchUp(subscription)));
    return caughtUp.every(Boolean);
  }

  #poll(): void {
    if (this.#isHearing || !this.source.isUp) return;
    if (Date.now() - this.#probedAt > PROBE_INTERVAL_MS) this.#sendProbe();
    void this.announce();
  }

  #sendProbe(): void {
    this.#probedAt = Date.now();
    this.#send(this.#probePayload);
  }

  #send(payload: string): void {
    this.source.notify(payload).catch((error: unknown) => {
      this.#log.debug({ err: error }, 'notifying failed');
    });
  }

  async #catchUp(subscription: Subscription): Promise<boolean> {
    try {
      await subscription.catchUp();
      return true;
    } catch (error) {
      this.#log.warn({ err: error }, 'following a change failed');
      return false;
    }
  }
}

/** One listener, whose calls never overlap and of which at most one waits. */
class Subscription {
  #current: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(private readonly listener: Listener) {}

  /** Resolves when a call that began after now has ended. */
  catchUp(): Promise<void> {
    if (this.#current) {
      this.#next ??= this.#current.catch(() => undefined).then(() => this.#begin());
      return this.#next;
    }
    return this.#begin();
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    const current = this.listener().finally(() => {
      if (this.#current === current) this.#current = undefined;
    });
    this.#current = current;
    return current;
  }
}
