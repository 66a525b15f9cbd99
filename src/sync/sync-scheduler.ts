import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ConflictError, DatabaseUnavailableError, DomainError } from '../common/errors.js';
import { ChangeFeed } from '../database/change-feed.js';
import { createLogger } from '../telemetry/logging.js';
import type { ClaimedSource } from './claimed-source.js';
import { LeaseRepository } from './lease.repository.js';
import { FetchError, LeaseLostError, SettingsError } from './pass-errors.js';
import { SYNC_OPTIONS, type SyncOptions } from './sync-options.js';
import type { PassOutcome } from './pass-outcome.js';
import { SyncPass } from './sync-pass.js';
import { errorText } from '../common/error-text.js';
import { maskUrlPasswords } from '../common/url-password.js';

const LOOK_INTERVAL_MS = 1_000;
/** How long the end of the process waits for passes to give up. */
const STOP_LIMIT_MS = 5_000;

/** A pass that this process is running. */
interface RunningPass {
  readonly source: ClaimedSource;
  readonly controller: AbortController;
  readonly done: Promise<void>;
  /** While the transaction holds the lease's row, nobody can take it, and renewing it would have to wait. */
  isStoring: boolean;
  renewedAt: number;
}

/** What the log should say of an error beyond its message; nothing of those whose message says it all. */
function describeCause(error: unknown): unknown {
  if (error instanceof FetchError) return error.cause && maskUrlPasswords(errorText(error.cause));
  if (error instanceof DomainError || error instanceof SettingsError) return error.cause;
  return error;
}

/**
 * Runs the passes of all sources that are due, several at a time. Every process does the same; PostgreSQL decides who runs
 * which pass: a due source is claimed with a lease, which is renewed while the pass runs, so that the sources of a killed
 * process are taken over by another when their leases have run out. A worker without background work runs only the passes
 * that somebody asks it for.
 */
@Injectable()
export class SyncScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = createLogger('sync');
  readonly #running = new Map<string, RunningPass>();
  /** Leases of passes that were given up and could not be given back, because the database was away. */
  readonly #unreleased = new Set<string>();
  #unsubscribe: (() => void) | undefined;
  #look: Promise<void> | undefined;
  #looksAgain = false;
  #isStopped = true;
  #isDatabaseAway = false;

  constructor(
    private readonly leases: LeaseRepository,
    private readonly pass: SyncPass,
    private readonly changeFeed: ChangeFeed,
    @Inject(SYNC_OPTIONS) private readonly options: SyncOptions,
  ) {}

  /** Resolves when what is due has been claimed, so that no due source looks idle once the server is ready. */
  async onApplicationBootstrap(): Promise<void> {
    this.#isStopped = false;
    this.#unsubscribe = this.changeFeed.subscribe(async () => this.wake());
    this.wake();
    await this.#look;
  }

  /** Ends all passes without an outcome; their sources are due at the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe?.();
    for (const { controller } of this.#running.values()) controller.abort(new Error('the server is stopping'));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_LIMIT_MS)));
    await Promise.race([this.#idle(), limit]);
    clearTimeout(timer);
  }

  /** Looks for due sources soon, without waiting for the next regular look. */
  @Interval(LOOK_INTERVAL_MS)
  wake(): void {
    if (this.#isStopped) return;
    this.#looksAgain = true;
    this.#look ??= this.#lookAround().finally(() => (this.#look = undefined));
  }

  /**
   * Begins a pass of one source at once, due or not.
   * @throws ConflictError when a pass of it is under way, in this process or another
   */
  async startNow(sourceId: number): Promise<void> {
    const source = await this.leases.claimOne(sourceId, this.options.leaseMs);
    if (!source) throw new ConflictError('a synchronisation of the source is already running');
    this.#start(source);
  }

  async #idle(): Promise<void> {
    await this.#look;
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #lookAround(): Promise<void> {
    while (this.#looksAgain && !this.#isStopped) {
      this.#looksAgain = false;
      try {
        await this.#releaseLeases();
        await this.#renewLeases();
        await this.#claimDueSources();
        this.#isDatabaseAway = false;
      } catch (error) {
        this.#reportLookFailure(error);
      }
    }
  }

  #reportLookFailure(error: unknown): void {
    if (error instanceof DatabaseUnavailableError) {
      if (!this.#isDatabaseAway) this.#log.warn('the database is away, synchronisation pauses');
      this.#isDatabaseAway = true;
      return;
    }
    this.#log.error({ err: error }, 'looking for due sources failed');
  }

  async #claimDueSources(): Promise<void> {
    const free = this.options.maxPasses - this.#running.size;
    if (free <= 0 || !this.options.claimsDueSources) return;
    const sources = await this.leases.claimDue(free, this.options.leaseMs);
    for (const source of sources) this.#start(source);
  }

  async #releaseLeases(): Promise<void> {
    await this.leases.releaseLostClaims();
    const leases = [...this.#unreleased];
    if (leases.length === 0) return;
    await this.leases.release(leases);
    for (const lease of leases) this.#unreleased.delete(lease);
  }

  /** Extends the leases of the passes that are running and ends those whose lease is gone. */
  async #renewLeases(): Promise<void> {
    const passes = [...this.#running.values()].filter(({ isStoring }) => !isStoring);
    if (passes.length === 0) return;
    const askedAt = performance.now();
    try {
      const held = await this.leases.renew(
        passes.map(({ source }) => source.lease),
        this.options.leaseMs,
      );
      for (const pass of passes) {
        if (held.has(pass.source.lease)) pass.renewedAt = askedAt;
        else pass.controller.abort(new LeaseLostError());
      }
    } catch (error) {
      const isOver = ({ renewedAt }: RunningPass) => performance.now() - renewedAt > this.options.leaseMs;
      for (const pass of passes.filter(isOver)) pass.controller.abort(new LeaseLostError());
      throw error;
    }
  }

  #start(source: ClaimedSource): void {
    // A pass with an older lease on the same source has lost it.
    for (const pass of this.#running.values()) {
      if (pass.source.id === source.id) pass.controller.abort(new LeaseLostError());
    }
    const controller = new AbortController();
    const begun = performance.now();
    const pass: RunningPass = {
      source,
      controller,
      isStoring: false,
      renewedAt: begun,
      done: Promise.resolve()
        .then(() => this.pass.run(source, controller.signal, (isStoring) => (pass.isStoring = isStoring)))
        .then(
          (outcome) => this.#reportOutcome(source, outcome, begun),
          (error: unknown) => this.#giveUp(source, error),
        )
        .finally(() => {
          this.#running.delete(source.lease);
          this.wake();
        }),
    };
    this.#running.set(source.lease, pass);
    this.#log.debug({ source: source.name, kind: source.settings.kind }, 'sync begun');
    if (this.#isStopped) controller.abort(new Error('the server is stopping'));
  }

  #reportOutcome({ name, settings }: ClaimedSource, outcome: PassOutcome, begun: number): void {
    const about = { source: name, kind: settings.kind, ms: Math.round(performance.now() - begun) };
    if (outcome.kind === 'unchanged') this.#log.debug(about, 'source unchanged');
    else if (outcome.kind === 'failed') {
      const { step, message } = outcome.failure;
      this.#log.warn({ ...about, step, reason: message, cause: describeCause(outcome.cause) }, 'sync failed');
    } else {
      const { added, changed, removed, counts } = outcome.written;
      this.#log.info({ ...about, added, changed, removed, counts, rejected: outcome.rejected }, 'sync finished');
    }
  }

  async #giveUp({ name, lease }: ClaimedSource, error: unknown): Promise<void> {
    this.#log.info({ source: name, reason: errorText(error) }, 'sync given up');
    // After a lost lease there is nothing to give back, and no harm in trying.
    await this.leases.release([lease]).catch((failure: unknown) => {
      this.#unreleased.add(lease);
      this.#log.warn({ err: failure, source: name }, 'the source stays claimed until the database is back');
    });
  }
}
