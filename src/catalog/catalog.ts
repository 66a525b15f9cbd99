import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import type { PublicRegistries } from '../auth/public-registries.js';
import { VisibilityPolicy } from '../auth/visibility.js';
import { NotFoundError, UnavailableError } from '../common/errors.js';
import { REGISTRY_CONFIG, type RegistryConfig } from '../config/config.js';
import { ChangeFeed } from '../database/change-feed.js';
import type { EntryKind } from '../model/entry-kind.js';
import { createLogger } from '../telemetry/logging.js';
import { observeRefresh } from './catalog-refresh.js';
import { catalogStats, type CatalogStats } from './catalog-stats.js';
import { coalesce } from './coalesce.js';
import { PageCache } from './page-cache.js';
import { EMPTY_SNAPSHOT, type Snapshot } from './snapshot.js';
import { SnapshotLoader } from './snapshot-loader.js';
import { ViewCache } from './view-cache.js';
import type { View } from './view.js';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

/** The entries of one kind as a caller may see them in a registry. */
export interface RegistryView {
  readonly view: View;
  /** Whether every caller that may read the registry sees the same. */
  readonly isShared: boolean;
}

/** How many entries of each kind a source holds. */
export type EntryCounts = Readonly<Record<EntryKind, number>> & { readonly source: string };

const log = createLogger('catalog');

/**
 * The read model: registries and the entries of all sources in the memory of this process. It follows the database by the
 * change feed; while the database is away it goes on with what it has (ahead.md P8).
 */
@Injectable()
export class Catalog implements PublicRegistries, OnApplicationBootstrap, BeforeApplicationShutdown {
  #snapshot: Snapshot = EMPTY_SNAPSHOT;
  #isLoaded = false;
  /** Answers that are asked for often. */
  readonly pages: PageCache;
  readonly #views: ViewCache;
  readonly #refresh = coalesce(() => observeRefresh(() => this.#advance()));
  #unsubscribe: (() => void) | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #failures = 0;
  /** When the catalogue last had everything, and since when it has known that it has not; on the clock of `performance`. */
  #caughtUpAt: number | undefined;
  #behindSince: number | undefined;

  constructor(
    private readonly loader: SnapshotLoader,
    private readonly changeFeed: ChangeFeed,
    private readonly visibility: VisibilityPolicy,
    @Inject(REGISTRY_CONFIG) config: Pick<RegistryConfig, 'catalog'>,
  ) {
    this.pages = new PageCache(config.catalog.pageCacheBytes);
    this.#views = new ViewCache(this.pages);
  }

  /** Stands for what is served: another object as soon as anything of it may be different. */
  get content(): object {
    return this.#snapshot;
  }

  /** Whether there is something to serve; once true it stays so. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /**
   * Catches up with everything that was committed before the call. Safe to call at any time: one load runs, further calls
   * share the next.
   * @throws DatabaseUnavailableError when the database cannot be reached; what is there stays
   */
  load(): Promise<void> {
    return this.#refresh();
  }

  /** Whether a registry of that name exists that is served without a token. */
  isPublic(registryName: string): boolean {
    return this.#snapshot.registries.get(registryName)?.access === 'public';
  }

  /** How many entries (names, not versions) each source holds, empty sources included. */
  entryCounts(): EntryCounts[] {
    const { sources, sourceNames } = this.#snapshot;
    return [...sources].map(([id, { shelves }]) => ({
      source: sourceNames.get(id) ?? '',
      server: shelves.server.list.entries.length,
      skill: shelves.skill.list.entries.length,
      plugin: shelves.plugin.list.entries.length,
    }));
  }

  /** How much is held, how current it is and what the page cache does, for metrics. */
  stats(): CatalogStats {
    return catalogStats(this.#snapshot, this.pages.usage, {
      caughtUpAt: this.#caughtUpAt,
      behindSince: this.#behindSince,
      deafMs: this.changeFeed.deafMs,
    });
  }

  /**
   * What the caller sees of a registry.
   * @throws UnavailableError before the first load
   * @throws NotFoundError `registry not found`
   * @throws ForbiddenError when the caller may not see the registry
   */
  view(registryName: string, kind: EntryKind, caller: Caller | undefined): RegistryView {
    if (!this.#isLoaded) throw new UnavailableError('the catalogue is being loaded', { retryAfterSeconds: 1 });
    const registry = this.#snapshot.registries.get(registryName);
    // The name is for traces; the caller knows it.
    if (!registry) throw new NotFoundError('registry not found', { cause: new Error(`no registry "${registryName}"`) });
    const visibility = this.visibility.of(caller, registry);
    const stack = registry.stacks[kind];
    return {
      view: this.#views.get(kind, stack, visibility),
      isShared: registry.access === 'public' && !stack.hasClaims,
    };
  }

  /** Starts to follow the database; does not wait for the first load, which is tried until it succeeds. */
  onApplicationBootstrap(): void {
    this.#unsubscribe ??= this.changeFeed.subscribe(() => this.#follow());
    void this.#follow();
  }

  /** Stops following; reads go on from what is there. */
  beforeApplicationShutdown(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    clearTimeout(this.#retryTimer);
  }

  async #advance(): Promise<void> {
    const previous = this.#snapshot;
    const startedAt = performance.now();
    this.#snapshot = await this.#next(previous);
    this.#caughtUpAt = startedAt;
    this.#behindSince = undefined;
    this.#views.retain(this.#snapshot.stacks);
    const ms = Math.round(performance.now() - startedAt);
    if (this.#isLoaded) log.debug({ ms }, 'catalogue followed the database');
    else log.info({ ms, sources: this.#snapshot.sources.size }, 'catalogue loaded');
    this.#isLoaded = true;
  }

  async #next(previous: Snapshot): Promise<Snapshot> {
    try {
      return await this.loader.next(previous);
    } catch (error) {
      this.#behindSince ??= performance.now();
      throw error;
    }
  }

  /** Catches up; after a failure it tries again by itself, because nobody may announce the same change once more. */
  async #follow(): Promise<void> {
    clearTimeout(this.#retryTimer);
    try {
      await this.#refresh();
      if (this.#failures > 0) log.info({ failures: this.#failures }, 'catalogue follows the database again');
      this.#failures = 0;
    } catch (error) {
      if (this.#failures === 0) log.warn({ err: error }, 'catalogue cannot follow the database, trying again');
      const delayMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS) * (0.5 + Math.random());
      this.#failures++;
      if (this.#unsubscribe) this.#retryTimer = setTimeout(() => void this.#follow(), delayMs).unref();
    }
  }
}
