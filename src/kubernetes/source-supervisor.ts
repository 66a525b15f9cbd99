import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { claimsKey } from '../claims/claims.js';
import { findInvalidNamespace } from '../config/namespaces.js';
import { ChangeFeed } from '../database/change-feed.js';
import { createLogger } from '../telemetry/logging.js';
import { KubeClient } from './cluster/kube-client.js';
import { RESOURCE_KINDS } from './convert/resource-kind.js';
import { DiscoveryStatusRepository } from './discovery-status.repository.js';
import { registerKubernetesMetrics, type DiscoveryObservation } from './kubernetes-metrics.js';
import { KUBERNETES_OPTIONS, type KubernetesOptions } from './kubernetes-options.js';
import { KubernetesSourceRepository, type KubernetesSource } from './kubernetes-source.repository.js';
import type { WatchScope } from './resource-watch.js';
import { SourceReconciler } from './source-reconciler.js';
import { SourceStore } from './source-store.js';

/** How long the end of the process waits for writes to end and leases to be given back. */
const STOP_LIMIT_MS = 5_000;

interface RunningSource {
  readonly reconciler: SourceReconciler;
  /** What the reconciler depends on; another makes a new one necessary. */
  readonly definition: string;
  claims: string;
  readonly done: Promise<void>;
}

/** @param namespaces - undefined: all */
function scopesOf(namespaces: readonly string[] | undefined): WatchScope[] {
  const scopes = namespaces ?? [undefined];
  return RESOURCE_KINDS.flatMap((resource) => scopes.map((namespace) => ({ resource, namespace })));
}

/**
 * Has a reconciler for every kubernetes source that there is, whoever made it: it follows the change feed, so that sources
 * which are created, changed or deleted over the API or by the configuration file are taken up at once.
 */
@Injectable()
export class SourceSupervisor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = createLogger('kubernetes');
  readonly #client = new KubeClient();
  readonly #running = new Map<number, RunningSource>();
  /** Reconcilers that are ending, by the source's id. */
  readonly #ending = new Map<number, Promise<void>>();
  #unsubscribe: (() => void) | undefined;

  constructor(
    private readonly sources: KubernetesSourceRepository,
    private readonly statuses: DiscoveryStatusRepository,
    private readonly store: SourceStore,
    private readonly changeFeed: ChangeFeed,
    @Inject(KUBERNETES_OPTIONS) private readonly options: KubernetesOptions,
  ) {}

  /** Names of the sources whose discovery has not worked in this process for some time. */
  get troubled(): string[] {
    return [...this.#running.values()]
      .filter(({ reconciler }) => reconciler.problem !== undefined)
      .map(({ reconciler }) => reconciler.observation.source);
  }

  /** How the sources stand here. */
  get observations(): DiscoveryObservation[] {
    return [...this.#running.values()].map(({ reconciler }) => reconciler.observation);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.options.isEnabled) return;
    registerKubernetesMetrics(() => this.observations);
    this.#unsubscribe = this.changeFeed.subscribe(() => this.#follow());
    await this.#follow();
  }

  /** Ends all watches and gives the leases back. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#unsubscribe?.();
    for (const id of this.#running.keys()) this.#stop(id);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_LIMIT_MS)));
    await Promise.race([Promise.all(this.#ending.values()), limit]);
    clearTimeout(timer);
    this.#client.close();
  }

  // Nothing here waits for a reconciler: it may be writing, and its write is not over before this has followed it.
  async #follow(): Promise<void> {
    const sources = await this.sources.list();
    const present = new Set(sources.map(({ id }) => id));
    for (const id of this.#running.keys()) if (!present.has(id)) this.#stop(id);
    for (const source of sources) this.#place(source);
  }

  #place(source: KubernetesSource): void {
    const namespaces = this.#namespacesOf(source);
    const definition = JSON.stringify([source.name, namespaces]);
    const claims = claimsKey(source.claims);
    const current = this.#running.get(source.id);
    if (current?.definition === definition) {
      if (current.claims !== claims) current.reconciler.rewrite();
      current.claims = claims;
      return;
    }
    if (current) this.#stop(source.id);
    this.#start(source, namespaces, { definition, claims });
  }

  /** Namespaces of the source, each once; undefined: all. Names that no namespace can have are left out. */
  #namespacesOf({ name, namespaces }: KubernetesSource): string[] | undefined {
    const listed = namespaces?.length ? namespaces : this.options.watchNamespaces;
    if (listed.length === 0) return undefined;
    const usable = [...new Set(listed)].filter((namespace) => findInvalidNamespace([namespace]) === undefined);
    if (usable.length < listed.length) this.#log.warn({ registry: name, namespaces: listed }, 'unusable namespaces');
    return usable;
  }

  #start(
    { id, name }: KubernetesSource,
    namespaces: readonly string[] | undefined,
    about: { definition: string; claims: string },
  ): void {
    const source = { id, name, scopes: scopesOf(namespaces) };
    const reconciler = new SourceReconciler(source, {
      ...this.options,
      client: this.#client,
      store: this.store,
      statuses: this.statuses,
    });
    const previous = this.#ending.get(id) ?? Promise.resolve();
    this.#running.set(id, { reconciler, ...about, done: previous.then(() => reconciler.run()) });
  }

  #stop(id: number): void {
    const source = this.#running.get(id);
    if (!source) return;
    this.#running.delete(id);
    source.reconciler.stop();
    const done = source.done.finally(() => {
      if (this.#ending.get(id) === done) this.#ending.delete(id);
    });
    this.#ending.set(id, done);
  }
}
