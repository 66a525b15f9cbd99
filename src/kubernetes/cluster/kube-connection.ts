import type { Dispatcher } from 'undici';

/** Where the API server is and how this program shows who it is. */
export interface KubeConnection {
  /** Without a slash at its end. */
  readonly server: string;
  /** Namespace of the pod or of the kubeconfig's current context, if it names one. */
  readonly namespace: string | undefined;
  readonly dispatcher: Dispatcher;
  /** Headers of a request that starts now; tokens are renewed when they are about to expire. */
  readonly headers: () => Promise<Record<string, string>>;
}
