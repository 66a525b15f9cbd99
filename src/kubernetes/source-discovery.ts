import { errorText } from '../common/error-text.js';
import { BackOff } from './cluster/back-off.js';
import type { KubeClient } from './cluster/kube-client.js';
import { completedMessage, problemMessage } from './discovery-message.js';
import { DiscoveryLog } from './discovery-log.js';
import {
  SourceTakenError,
  type DiscoveryOutcome,
  type DiscoveryStatusRepository,
} from './discovery-status.repository.js';
import { LeadershipLostError, type Leadership } from './election/lease-election.js';
import { countError, countEvent } from './kubernetes-metrics.js';
import { News } from './news.js';
import { ObjectCache } from './object-cache.js';
import { ResourceWatch, type WatchListener, type WatchScope } from './resource-watch.js';
import { gatherContent, type DiscoveredContent } from './source-content.js';
import type { SourceStore } from './source-store.js';

/** Changes come in groups; the first of a group waits at most the second time. */
const QUIET_MS = 100;
const MAX_DELAY_MS = 1_000;
/** How often the status is looked after while nothing happens, and how often it is written then. */
const TICK_MS = 1_000;
const SIGN_OF_LIFE_MS = 10_000;
/** How long kinds that cannot be listed hold up the first write. */
const SETTLE_MS = 3_000;

/** For how long something may fail before it is called a failure. */
export const GRACE_MS = 10_000;

/** What a discovery works with. */
export interface DiscoveryDependencies {
  readonly client: KubeClient;
  readonly store: SourceStore;
  readonly statuses: DiscoveryStatusRepository;
  readonly maxMetaSize: number;
}

/** The source of a discovery. */
export interface DiscoverySource {
  readonly id: number;
  readonly name: string;
  readonly scopes: readonly WatchScope[];
}

/**
 * Keeps one source in line with the cluster while this process leads it: watches, and whenever something changed that an entry
 * is made of, one write of the whole source. Lives as long as the leadership.
 */
export class SourceDiscovery implements WatchListener {
  readonly #news = new News(QUIET_MS, MAX_DELAY_MS);
  readonly #log: DiscoveryLog;
  readonly #watches: readonly ResourceWatch[];
  #begunAt = performance.now();
  #content: DiscoveredContent | undefined;
  #written: string | undefined;
  #recorded = { summary: '', at: 0 };
  #storeProblem: { readonly reason: string; readonly since: number } | undefined;
  #lastSuccess: number | undefined;

  /** @param owner - names this leader in the source's status */
  constructor(
    private readonly source: DiscoverySource,
    private readonly owner: string,
    private readonly dependencies: DiscoveryDependencies,
  ) {
    this.#log = new DiscoveryLog(source.name);
    this.#watches = source.scopes.map((scope) => {
      const cache = new ObjectCache(dependencies.maxMetaSize, (object, conversion) => {
        this.#log.converted(object, conversion);
      });
      return new ResourceWatch(scope, cache, dependencies.client, this);
    });
  }

  /** What is wrong and has been for some time; undefined when nothing is. */
  get problem(): string | undefined {
    const isOld = (problem: { since: number } | undefined): boolean =>
      problem !== undefined && performance.now() - problem.since >= GRACE_MS;
    if (this.#watches.length === 0) return 'Fetch failed: none of the namespaces can exist';
    if (isOld(this.#storeProblem)) return `Storage failed: ${this.#storeProblem?.reason}`;
    const isSettled = this.#isSettled;
    const troubled = this.#watches.filter(({ problem, isListed }) => isOld(problem) || (isSettled && !isListed));
    return troubled.length === 0 ? undefined : problemMessage(troubled);
  }

  /** When the source was last known to be in line with the cluster, Unix time in seconds. */
  get lastSuccess(): number | undefined {
    return this.#lastSuccess;
  }

  /** How many exported objects were published and rejected. */
  get counts(): { published: number; rejected: number } {
    const { documents = [], rejected = [] } = this.#content ?? {};
    return { published: documents.length, rejected: rejected.length };
  }

  /** The source's claims changed: entries have to be written although no object changed. */
  rewrite(): void {
    this.#written = undefined;
    this.#news.report();
  }

  onListed(_watch: ResourceWatch, isChanged: boolean): void {
    if (isChanged) this.#content = undefined;
    // Once in a while everything is compared with what is stored, whatever is believed to be there.
    this.rewrite();
  }

  onEvent({ scope }: ResourceWatch, type: string, isChanged: boolean): void {
    countEvent(this.source.name, scope.resource.kind, type);
    if (!isChanged) return;
    this.#content = undefined;
    this.#news.report();
  }

  onHealth(watch: ResourceWatch, isNew: boolean): void {
    if (watch.problem) countError(this.source.name, 'watch');
    if (isNew) this.#log.health(watch);
  }

  /** Runs until the leadership ends, or the source is gone; never rejects. */
  async run(leadership: Leadership): Promise<void> {
    const ended = new AbortController();
    const until = AbortSignal.any([leadership.signal, ended.signal]);
    try {
      if (!(await this.#takeOver(leadership))) return;
      this.#begunAt = performance.now();
      this.#log.watching([...new Set(this.source.scopes.map(({ namespace }) => namespace))]);
      const watching = this.#watches.map((watch) => watch.run(until));
      await this.#keepInLine({ ...leadership, signal: until });
      ended.abort();
      await Promise.all(watching);
    } finally {
      ended.abort();
      await this.dependencies.statuses.release(this.source.id, this.owner).catch(() => undefined);
    }
  }

  /** Becomes the writer of the source, however long the database is away. @returns false when the source or the lease is gone */
  async #takeOver({ signal, isHeld }: Leadership): Promise<boolean> {
    const backOff = new BackOff();
    while (isHeld()) {
      try {
        return await this.dependencies.statuses.takeOver(this.source.id, this.owner);
      } catch {
        await backOff.wait(signal);
      }
    }
    return false;
  }

  async #keepInLine(leadership: Leadership): Promise<void> {
    const { signal } = leadership;
    const backOff = new BackOff();
    const assertHeld = (): void => {
      if (!leadership.isHeld()) throw new LeadershipLostError();
    };
    for (;;) {
      await this.#news.wait(TICK_MS, signal);
      if (signal.aborted) return;
      try {
        await this.#bringInLine(assertHeld);
        this.#storeProblem = undefined;
        backOff.reset();
      } catch (error) {
        if (error instanceof LeadershipLostError) return;
        if (error instanceof SourceTakenError) {
          this.#log.taken();
          this.rewrite();
          if (!(await this.#takeOver(leadership))) return;
          continue;
        }
        this.#failToStore(error);
        await backOff.wait(signal);
      }
    }
  }

  /** Whether the first write need not wait for anything any more. */
  get #isSettled(): boolean {
    return this.#watches.every(({ isListed }) => isListed) || performance.now() - this.#begunAt >= SETTLE_MS;
  }

  async #bringInLine(assertHeld: () => void): Promise<void> {
    if (!this.#isSettled) return;
    const listed = this.#watches.filter(({ isListed }) => isListed);
    this.#content ??= gatherContent(listed.flatMap(({ cache }) => cache.conversions));
    const content = this.#content;
    const unseen = this.#watches.filter(({ isListed }) => !isListed).map(({ scope }) => scope);
    const outcome = this.#outcome(content);
    const summary = JSON.stringify([outcome.phase, outcome.message]);
    const wanted = `${content.fingerprint} ${unseen.length}`;
    if (listed.length > 0 && this.#written !== wanted) {
      await this.#write({ content, unseen, outcome, wanted, assertHeld });
    } else {
      const isCurrent = summary === this.#recorded.summary && performance.now() - this.#recorded.at < SIGN_OF_LIFE_MS;
      if (isCurrent) return;
      await this.dependencies.statuses.record(this.source.id, this.owner, outcome);
    }
    this.#recorded = { summary, at: performance.now() };
    if (outcome.phase === 'complete') this.#lastSuccess = Date.now() / 1000;
  }

  async #write(write: {
    content: DiscoveredContent;
    unseen: WatchScope[];
    outcome: DiscoveryOutcome;
    wanted: string;
    assertHeld: () => void;
  }): Promise<void> {
    const { content, unseen, outcome, wanted, assertHeld } = write;
    // What changes while it is written has to be written after.
    this.#written = wanted;
    const begun = performance.now();
    try {
      const common = { sourceId: this.source.id, owner: this.owner };
      await this.dependencies.store.write({ ...common, content, unseen, outcome, assertHeld });
      this.#log.stored(content.documents.length, content.rejected.length, performance.now() - begun);
    } catch (error) {
      this.#written = undefined;
      throw error;
    }
  }

  #outcome({ rejected }: DiscoveredContent): DiscoveryOutcome {
    const { problem } = this;
    if (problem !== undefined) return { phase: 'failed', message: problem, rejected };
    return { phase: 'complete', message: completedMessage(rejected.length), rejected };
  }

  #failToStore(error: unknown): void {
    countError(this.source.name, 'storage');
    const reason = errorText(error);
    if (this.#storeProblem?.reason !== reason) this.#log.notStored(reason);
    this.#storeProblem = { reason, since: this.#storeProblem?.since ?? performance.now() };
  }
}
