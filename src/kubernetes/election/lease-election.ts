import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { errorText } from '../../common/error-text.js';
import { createLogger } from '../../telemetry/logging.js';
import { pause } from '../cluster/back-off.js';
import { KubeApiError } from '../cluster/kube-error.js';
import type { LeaseClient, StoredLease } from './lease-client.js';
import { microTime, type LeaseRecord } from './lease-record.js';

/** Times of an election, in milliseconds. */
export interface ElectionTimes {
  /** How long others keep away from a lease that is not renewed. */
  readonly leaseMs: number;
  /** How long a leader goes on without having renewed: shorter, so that it stops before its successor begins. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
}

/** The times that every replica uses (kubernetes spec 8). */
export const ELECTION_TIMES: ElectionTimes = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };

/** Everybody tries at a slightly different time. */
const JITTER = 1.2;

/** The lease was lost while something was about to be written. */
export class LeadershipLostError extends Error {
  constructor() {
    super('the lease was lost');
    this.name = 'LeadershipLostError';
  }
}

/** Leadership that was gained; it ends when the signal aborts. */
export interface Leadership {
  readonly signal: AbortSignal;
  /** Whether the lease was renewed in time: false also before the signal tells. */
  readonly isHeld: () => boolean;
}

interface Observation {
  readonly lease: StoredLease | undefined;
  /** When this state of it was first seen, on the clock of `performance`. */
  readonly at: number;
}

/** What is wrong with an election. */
export interface ElectionProblem {
  readonly reason: string;
  readonly since: number;
}

/**
 * Takes part in the election of a leader by a Lease, as client-go does: whoever holds it renews it, and others take it when
 * they have not seen it change for as long as it lasts. Clocks of different machines are never compared.
 */
export class LeaseElection {
  readonly identity = `${hostname()}_${randomUUID()}`;
  readonly #log = createLogger('kubernetes');
  #observed: Observation = { lease: undefined, at: 0 };
  #heldUntil = 0;
  #problem: ElectionProblem | undefined;

  constructor(
    private readonly openLease: () => Promise<LeaseClient>,
    private readonly times: ElectionTimes = ELECTION_TIMES,
  ) {}

  /** Why the lease can neither be read nor written now; undefined while the election works, won or lost. */
  get problem(): ElectionProblem | undefined {
    return this.#problem;
  }

  /** Whether this process leads. */
  get isLeading(): boolean {
    return performance.now() < this.#heldUntil;
  }

  /**
   * Takes part until the signal aborts, and then gives the lease back. Never rejects.
   * @param lead - called whenever the lease was won; its leadership's signal aborts when it is lost, and the election goes
   *   on when it has resolved
   */
  async run(signal: AbortSignal, lead: (leadership: Leadership) => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      const lease = await this.#attempt(signal);
      if (this.isLeading && lease) await this.#lead(lease, signal, lead);
      else await pause(this.times.retryMs * (1 + Math.random() * (JITTER - 1)), signal);
    }
  }

  async #lead(lease: LeaseClient, signal: AbortSignal, lead: (leadership: Leadership) => Promise<void>): Promise<void> {
    const about = { lease: lease.name, namespace: lease.namespace, identity: this.identity };
    this.#log.info(about, 'became leader');
    const lost = new AbortController();
    const ended = AbortSignal.any([signal, lost.signal]);
    void this.#announce(lease, ended);
    const leadership = {
      signal: ended,
      isHeld: () => !ended.aborted && this.isLeading,
    };
    const renewing = this.#renew(ended).finally(() => lost.abort(new LeadershipLostError()));
    await lead(leadership);
    lost.abort(new LeadershipLostError());
    await renewing;
    this.#heldUntil = 0;
    if (signal.aborted) return this.#release(lease);
    this.#log.warn({ ...about, reason: this.#problem?.reason }, 'leader election lost, taking part again');
    await pause(this.times.retryMs, signal);
  }

  /** Renews until that has failed for too long, or somebody else has the lease. */
  async #renew(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.isLeading) {
      await pause(Math.min(this.times.retryMs, this.#heldUntil - performance.now()), signal);
      const limit = AbortSignal.timeout(Math.max(1, Math.ceil(this.#heldUntil - performance.now())));
      await this.#attempt(AbortSignal.any([signal, limit]));
    }
  }

  /** Tries to get or keep the lease once. A failure leaves a lease that is held as it is, until its time has run out. */
  async #attempt(signal: AbortSignal): Promise<LeaseClient | undefined> {
    if (signal.aborted) return undefined;
    const begun = performance.now();
    try {
      const lease = await this.openLease();
      const outcome = await this.#acquireOrRenew(lease, signal);
      this.#problem = undefined;
      if (outcome === 'held') this.#heldUntil = begun + this.times.renewDeadlineMs;
      if (outcome === 'lost') this.#heldUntil = 0;
      return lease;
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      return undefined;
    }
  }

  async #acquireOrRenew(lease: LeaseClient, signal: AbortSignal): Promise<'held' | 'lost' | 'undecided'> {
    // Who leads knows the lease as it wrote it, and finds out by a conflict if that is not so any more.
    const known = this.isLeading ? this.#observed.lease : undefined;
    const stored = known ?? (await lease.find(signal));
    this.#observe(stored);
    if (stored && this.#isHeldByAnother(stored.record)) return 'lost';
    try {
      this.#observe(await lease.write(this.#ownRecord(stored?.record), stored, signal));
      return 'held';
    } catch (error) {
      if (!(error instanceof KubeApiError) || error.status !== 409) throw error;
      const actual = await lease.find(signal);
      this.#observe(actual);
      return actual && this.#isHeldByAnother(actual.record) ? 'lost' : 'undecided';
    }
  }

  #observe(lease: StoredLease | undefined): void {
    const isSame = JSON.stringify(lease?.record) === JSON.stringify(this.#observed.lease?.record);
    this.#observed = { lease, at: isSame ? this.#observed.at : performance.now() };
  }

  #isHeldByAnother({ holderIdentity, leaseDurationSeconds }: LeaseRecord): boolean {
    if (holderIdentity === '' || holderIdentity === this.identity) return false;
    return performance.now() < this.#observed.at + leaseDurationSeconds * 1000;
  }

  #ownRecord(previous: LeaseRecord | undefined): LeaseRecord {
    const now = microTime();
    const isOwn = previous?.holderIdentity === this.identity;
    return {
      holderIdentity: this.identity,
      leaseDurationSeconds: this.times.leaseMs / 1000,
      acquireTime: isOwn ? previous.acquireTime || now : now,
      renewTime: now,
      leaseTransitions: (previous?.leaseTransitions ?? 0) + (previous === undefined || isOwn ? 0 : 1),
    };
  }

  /** Gives the lease back, so that another replica need not wait until it runs out. */
  async #release(lease: LeaseClient): Promise<void> {
    try {
      const signal = AbortSignal.timeout(this.times.retryMs);
      const stored = await lease.find(signal);
      if (stored?.record.holderIdentity !== this.identity) return;
      const record = { ...stored.record, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime() };
      await lease.write(record, stored, signal);
    } catch (error) {
      this.#log.warn({ lease: lease.name, error: errorText(error) }, 'releasing the lease failed, it will run out');
    }
  }

  async #announce(lease: LeaseClient, signal: AbortSignal): Promise<void> {
    const stored = this.#observed.lease;
    if (!stored) return;
    try {
      await lease.announce(this.identity, stored, signal);
    } catch (error) {
      this.#log.debug({ lease: lease.name, error: errorText(error) }, 'writing the event of a new leader failed');
    }
  }

  #fail(error: unknown): void {
    const reason = errorText(error);
    if (this.#problem === undefined) this.#log.warn({ error: reason }, 'the leader election does not work, retrying');
    this.#problem = { reason, since: this.#problem?.since ?? performance.now() };
  }
}
