import type { ProcessRole } from '../common/process-role.js';
import type { RegistryConfig } from '../config/config.js';
import { podNamespace } from './cluster/in-cluster.js';

/** Injection token of {@link KubernetesOptions}. */
export const KUBERNETES_OPTIONS = Symbol('KUBERNETES_OPTIONS');

/** What discovery takes from the configuration. */
export interface KubernetesOptions {
  /** Whether this process watches clusters: of several workers the one with the background work. */
  readonly isEnabled: boolean;
  /** Bytes of JSON that publisher-provided metadata may take. */
  readonly maxMetaSize: number;
  /** Namespaces of sources that list none; empty: all. */
  readonly watchNamespaces: readonly string[];
  /** Beginning of the leases' names. */
  readonly leaderElectionId: string;
  /** Namespace of the leases; undefined: that of the kubeconfig's context, else `default`. */
  readonly leaseNamespace: string | undefined;
}

/** The options as a configuration asks for them (kubernetes spec 6 and 8). */
export async function toKubernetesOptions(
  { database, environment }: RegistryConfig,
  { runsBackground }: ProcessRole,
): Promise<KubernetesOptions> {
  return {
    isEnabled: runsBackground,
    maxMetaSize: database.maxMetaSize,
    watchNamespaces: environment.watchNamespaces,
    leaderElectionId: environment.leaderElectionId,
    leaseNamespace: environment.leaderElectionNamespace ?? (await podNamespace()),
  };
}
