import { Secret } from '../common/secret.js';
import { isTrueText } from './coercion.js';
import type { EnvironmentConfig } from './config.js';
import { DEFAULTS } from './defaults.js';
import type { Environment } from './overrides.js';

/** A variable that no key of the file stands for. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly type: string;
  readonly default: string;
  readonly description: string;
}

/** All variables without a key in the file (operations spec 1.3), in the order of the reference. */
export const ENVIRONMENT_VARIABLES: readonly EnvironmentVariable[] = [
  {
    name: 'THV_REGISTRY_ADDRESS',
    type: 'HOST:PORT',
    default: ':8080',
    description: 'Address of the public listener; the flag --address wins.',
  },
  {
    name: 'THV_REGISTRY_INTERNAL_ADDRESS',
    type: 'HOST:PORT',
    default: ':8081',
    description: 'Address of the internal listener; the flag --internal-address wins.',
  },
  {
    name: 'THV_REGISTRY_WORKERS',
    type: '1 to 64',
    default: '1',
    description:
      'Processes that serve the public port, one of which does the background work; the flag --workers wins.',
  },
  {
    name: 'THV_REGISTRY_INSECURE_URL',
    type: 'boolean',
    default: 'false',
    description: 'Allows http towards identity providers.',
  },
  {
    name: 'THV_REGISTRY_COMPRESS_RESPONSE',
    type: 'boolean',
    default: 'false',
    description: 'Compresses answers of the public listener for clients that accept it.',
  },
  {
    name: 'THV_REGISTRY_ALLOW_LOCAL_SOURCES',
    type: 'boolean',
    default: 'false',
    description:
      'In mode oauth, sources made over the API reach no loopback, link-local or unspecified address unless this is true.',
  },
  {
    name: 'THV_REGISTRY_WATCH_NAMESPACE',
    type: 'comma-separated list',
    default: '',
    description: 'Namespaces of Kubernetes sources that list none. Empty: all namespaces.',
  },
  {
    name: 'THV_REGISTRY_LEADER_ELECTION_ID',
    type: 'text',
    default: DEFAULTS.leaderElectionId,
    description: "Prefix of the leases of Kubernetes sources; a hyphen and the source's name follow.",
  },
  {
    name: 'THV_REGISTRY_LEADER_ELECTION_NAMESPACE',
    type: 'text',
    default: '',
    description:
      'Namespace of those leases. Empty: the pod\'s own, else that of the kubeconfig\'s context, else "default".',
  },
  {
    name: 'THV_REGISTRY_LOG_LEVEL',
    type: 'debug, info, warn or error',
    default: 'info',
    description: 'Log level; LOG_LEVEL is read when it is unset.',
  },
  {
    name: 'LOG_FORMAT',
    type: 'json or pretty',
    default: '',
    description: 'JSON lines, or lines for people. Empty: `pretty` on a terminal, else `json`.',
  },
  { name: 'PGPASSFILE', type: 'path', default: '~/.pgpass', description: 'File of database passwords.' },
  {
    name: 'PGSSLROOTCERT',
    type: 'path',
    default: '',
    description: "PEM bundle that the database's certificate is verified with.",
  },
  {
    name: 'TOOLHIVE_OIDC_CLIENT_SECRET',
    type: 'text',
    default: '',
    description: 'Client secret for introspection, of providers without clientSecretFile.',
  },
  {
    name: 'KUBECONFIG',
    type: 'path',
    default: '',
    description: 'Connection of Kubernetes sources, before the in-cluster one.',
  },
];

/** Reads what comes from the environment only. Booleans that are not clearly true are false. */
export function readEnvironment(environment: Environment): EnvironmentConfig {
  const namespaces = environment['THV_REGISTRY_WATCH_NAMESPACE'] ?? '';
  const leaderElectionNamespace = environment['THV_REGISTRY_LEADER_ELECTION_NAMESPACE']?.trim();
  const oidcClientSecret = environment['TOOLHIVE_OIDC_CLIENT_SECRET'];
  return {
    address: environment['THV_REGISTRY_ADDRESS'] || undefined,
    internalAddress: environment['THV_REGISTRY_INTERNAL_ADDRESS'] || undefined,
    workers: environment['THV_REGISTRY_WORKERS'] || undefined,
    insecureUrl: isTrueText(environment['THV_REGISTRY_INSECURE_URL']),
    ...(oidcClientSecret ? { oidcClientSecret: new Secret(oidcClientSecret) } : {}),
    compressResponse: isTrueText(environment['THV_REGISTRY_COMPRESS_RESPONSE']),
    allowLocalSources: isTrueText(environment['THV_REGISTRY_ALLOW_LOCAL_SOURCES']),
    watchNamespaces: namespaces
      .split(',')
      .map((namespace) => namespace.trim())
      .filter((namespace) => namespace !== ''),
    leaderElectionId: environment['THV_REGISTRY_LEADER_ELECTION_ID'] || DEFAULTS.leaderElectionId,
    ...(leaderElectionNamespace ? { leaderElectionNamespace } : {}),
  };
}
