import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KubeApiError } from '../cluster/kube-error.js';
import type { LeaseClient, StoredLease } from './lease-client.js';
import { LeaseElection, type Leadership } from './lease-election.js';
import type { LeaseRecord } from './lease-record.js';

/** A lease as an API server keeps it: writing fails when it is not what was read. */
class SharedLease {
  record: LeaseRecord | undefined;
  #version = 0;
  failure: Error | undefined;
  readonly events: string[] = [];

  client(): LeaseClient {
    const stored = (): StoredLease => ({ record: this.record!, object: { version: this.#version } });
    return {
      name: 'lease',
      namespace: 'ns',
      find: async () => {
        if (this.failure) throw this.failure;
        return this.record && stored();
      },
      write: async (record: LeaseRecord, current: StoredLease | undefined) => {
        if (this.failure) throw this.failure;
        if ((current?.object['version'] ?? 0) !== this.#version) throw new KubeApiError(409, 'conflict');
        this.#version++;
        this.record = record;
        return stored();
      },
      announce: async (identity: string) => void this.events.push(identity),
    } as unknown as LeaseClient;
  }

  /** Somebody else takes or renews it. */
  takeAs(holderIdentity: string): void {
    this.#version++;
    this.record = {
      holderIdentity,
      leaseDurationSeconds: 15,
      acquireTime: 'then',
      renewTime: `${this.#version}`,
      leaseTransitions: 0,
    };
  }
}

/** One replica. */
class Replica {
  readonly election: LeaseElection;
  readonly stopping = new AbortController();
  readonly terms: { leadership: Leadership; endedAt?: number }[] = [];
  readonly done: Promise<void>;

  constructor(lease: SharedLease) {
    this.election = new LeaseElection(async () => lease.client());
    this.done = this.election.run(this.stopping.signal, async (leadership) => {
      const term: { leadership: Leadership; endedAt?: number } = { leadership };
      this.terms.push(term);
      await new Promise((resolve) => leadership.signal.addEventListener('abort', resolve));
      term.endedAt = performance.now();
    });
  }

  get isHeld(): boolean {
    return this.terms.at(-1)?.leadership.isHeld() ?? false;
  }
}

describe('LeaseElection', () => {
  let lease: SharedLease;
  const replicas: Replica[] = [];
  const join = (): Replica => {
    const replica = new Replica(lease);
    replicas.push(replica);
    return replica;
  };
  beforeEach(() => {
    vi.useFakeTimers();
    lease = new SharedLease();
  });
  afterEach(async () => {
    for (const replica of replicas) replica.stopping.abort();
    await vi.advanceTimersByTimeAsync(10_000);
    await Promise.all(replicas.splice(0).map(({ done }) => done));
    vi.useRealTimers();
  });

  it('gives one of two the lease, who renews it and says so in an event', async () => {
    const [first, second] = [join(), join()];
    await vi.advanceTimersByTimeAsync(60_000);

    expect([first.terms.length, second.terms.length].toSorted()).toEqual([0, 1]);
    expect(lease.events).toEqual([lease.record?.holderIdentity]);
    expect(lease.record).toMatchObject({ leaseDurationSeconds: 15, leaseTransitions: 0 });
  });

  it('hands over within a retry when the leader stops', async () => {
    const first = join();
    await vi.advanceTimersByTimeAsync(5_000);
    const second = join();
    await vi.advanceTimersByTimeAsync(5_000);

    first.stopping.abort();
    await first.done;
    expect(lease.record).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await vi.advanceTimersByTimeAsync(2_500);
    expect(second.isHeld).toBe(true);
    expect(lease.record).toMatchObject({ holderIdentity: second.election.identity, leaseTransitions: 1 });
  });

  it('waits for as long as another holds the lease, by its own clock, and takes it when it is not renewed', async () => {
    lease.takeAs('another');
    const replica = join();
    for (let renewals = 0; renewals < 5; renewals++) {
      await vi.advanceTimersByTimeAsync(10_000);
      lease.takeAs('another');
    }
    expect(replica.terms).toHaveLength(0);

    await vi.advanceTimersByTimeAsync(14_900);
    expect(replica.terms).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(replica.isHeld).toBe(true);
  });

  it('ends its term ten seconds after the last renewal, before anybody can succeed it, and takes part again', async () => {
    const replica = join();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(replica.isHeld).toBe(true);

    lease.failure = new Error('the API server cannot be reached');
    const failedAt = performance.now();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(replica.isHeld).toBe(false);
    expect((replica.terms[0]?.endedAt ?? Infinity) - failedAt).toBeLessThanOrEqual(10_100);
    expect(replica.election.problem?.reason).toBe('the API server cannot be reached');

    lease.failure = undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(replica.terms).toHaveLength(2);
    expect(replica.isHeld).toBe(true);
    expect(replica.election.problem).toBeUndefined();
  });

  it('goes on through a short failure', async () => {
    const replica = join();
    await vi.advanceTimersByTimeAsync(3_000);
    lease.failure = new Error('away');
    await vi.advanceTimersByTimeAsync(6_000);
    lease.failure = undefined;
    await vi.advanceTimersByTimeAsync(20_000);

    expect(replica.terms).toHaveLength(1);
    expect(replica.isHeld).toBe(true);
  });

  it('ends its term when somebody has taken the lease', async () => {
    const replica = join();
    await vi.advanceTimersByTimeAsync(3_000);
    lease.takeAs('thief');
    await vi.advanceTimersByTimeAsync(2_500);

    expect(replica.isHeld).toBe(false);
    expect(replica.terms[0]?.endedAt).toBeDefined();
    expect(lease.record?.holderIdentity).toBe('thief');
  });

  it('does not mind that somebody has written to the lease without taking it', async () => {
    const replica = join();
    await vi.advanceTimersByTimeAsync(3_000);
    lease.takeAs(replica.election.identity);
    await vi.advanceTimersByTimeAsync(20_000);

    expect(replica.terms).toHaveLength(1);
    expect(replica.isHeld).toBe(true);
  });
});
