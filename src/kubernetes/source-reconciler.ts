import { errorText } from '../common/error-text.js';
import { pause } from './cluster/back-off.js';
import { createLogger } from '../telemetry/logging.js';
import { LeaseClient } from './election/lease-client.js';
import { LeaseElection, type Leadership } from './election/lease-election.js';
import { countError, type DiscoveryObservation } from './kubernetes-metrics.js';
import { GRACE_MS, SourceDiscovery, type DiscoveryDependencies, type DiscoverySource } from './source-discovery.js';

const REPORT_MS = 5_000;
const FALLBACK_NAMESPACE = 'default';

/** What a reconciler needs besides the source. */
export interface ReconcilerDependencies extends DiscoveryDependencies {
  readonly leaderElectionId: string;
  readonly leaseNamespace: string | undefined;
}

/**
 * Follows the cluster for one source: takes part in the election of the replica that watches, and watches while it leads. It
 * begins again whenever it was interrupted, until it is stopped.
 */
export class SourceReconciler {
  readonly #log = createLogger('kubernetes');
  readonly #stopping = new AbortController();
  readonly #election: LeaseElection;
  #discovery: SourceDiscovery | undefined;

  constructor(
    private readonly source: DiscoverySource,
    private readonly dependencies: ReconcilerDependencies,
  ) {
    this.#election = new LeaseElection(() => this.#openLease());
  }

  /** What is wrong in this process and has been for some time; undefined when nothing is. */
  get problem(): string | undefined {
    if (this.#discovery) return this.#discovery.problem;
    const { problem } = this.#election;
    if (problem === undefined || performance.now() - problem.since < GRACE_MS) return undefined;
    return `Leader election failed: ${problem.reason}`;
  }

  /** How the source stands here, for the metrics. */
  get observation(): DiscoveryObservation {
    return {
      source: this.source.name,
      isLeading: this.#discovery !== undefined,
      isHealthy: this.problem === undefined,
      lastSuccess: this.#discovery?.lastSuccess,
      ...(this.#discovery?.counts ?? { published: 0, rejected: 0 }),
    };
  }

  /** The source's claims changed. */
  rewrite(): void {
    this.#discovery?.rewrite();
  }

  /** Runs until it is stopped; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    const reporting = this.#reportTrouble(signal);
    await this.#election.run(signal, (leadership) => this.#lead(leadership));
    await reporting;
  }

  /** Ends watches and the election; {@link run} resolves when the lease has been given back. */
  stop(): void {
    this.#stopping.abort(new Error('the server is stopping'));
  }

  async #lead(leadership: Leadership): Promise<void> {
    const discovery = new SourceDiscovery(this.source, this.#election.identity, this.dependencies);
    this.#discovery = discovery;
    try {
      await discovery.run(leadership);
    } catch (error) {
      this.#log.error({ err: error, registry: this.source.name }, 'discovery ended unexpectedly, beginning anew');
    } finally {
      this.#discovery = undefined;
    }
  }

  async #openLease(): Promise<LeaseClient> {
    const { client, leaderElectionId, leaseNamespace } = this.dependencies;
    const namespace = leaseNamespace ?? ((await client.contextNamespace()) || FALLBACK_NAMESPACE);
    return new LeaseClient(client, namespace, `${leaderElectionId}-${this.source.name}`);
  }

  /** Lets the status say so when nobody can lead: then nobody else would. */
  async #reportTrouble(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(REPORT_MS, signal);
      if (signal.aborted) return;
      const { problem } = this;
      if (this.#discovery || problem === undefined) continue;
      countError(this.source.name, 'election');
      await this.dependencies.statuses.recordUnled(this.source.id, problem).catch((error: unknown) => {
        this.#log.debug({ registry: this.source.name, error: errorText(error) }, 'recording a failure failed');
      });
    }
  }
}
