import { DATE_TIME, HOSTNAME, URI } from './formats.js';
import { ANYTHING, FLAG, FREE_OBJECT, freeWhenPublished, list, map, number, object, text, type Rule } from './rule.js';

// ToolHive's part of a server's publisher-provided metadata (sync spec 3.1 and its JSON Schema).

const PORT = number({ integer: true, min: 1, max: 65535 });
const PATH_LIST = list(text({ pattern: /^(\/[^/\0]+)+\/?$/ }), { unique: true });
const DOMAIN_SUFFIX = /^\.[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;
const KUBERNETES_NAME = text({ pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/ });
const UUID = {
  name: 'a UUID',
  matches: (value: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
};
const ALLOWED_HOST = {
  name: 'a host name, or a domain with a leading dot',
  matches: (value: string) => HOSTNAME.matches(value) || DOMAIN_SUFFIX.test(value),
};

const KUBERNETES = object({
  kind: text(),
  namespace: KUBERNETES_NAME,
  name: KUBERNETES_NAME,
  uid: text({ format: UUID }),
  image: text(),
  transport: text({ oneOf: ['stdio', 'sse', 'streamable-http', 'http'] }),
});

const METADATA = object({
  stars: number({ min: 0 }),
  last_updated: text({ format: DATE_TIME }),
  kubernetes: KUBERNETES,
});

const PERMISSIONS = object({
  name: text(),
  network: object({
    outbound: object({
      allow_host: list(text({ format: ALLOWED_HOST }), { unique: true }),
      allow_port: list(PORT, { unique: true }),
      insecure_allow_all: FLAG,
    }),
  }),
  read: PATH_LIST,
  write: PATH_LIST,
  privileged: FLAG,
});

const PROVENANCE = object({
  sigstore_url: text({ format: HOSTNAME }),
  repository_uri: text({ format: URI }),
  repository_ref: text(),
  signer_identity: text(),
  runner_environment: text(),
  cert_issuer: text({ format: URI }),
  attestation: object({ predicate_type: text({ format: URI }), predicate: ANYTHING }),
});

const OAUTH_CONFIG = object({
  issuer: text({ format: URI }),
  authorize_url: text({ format: URI }),
  token_url: text({ format: URI }),
  client_id: text(),
  scopes: list(text()),
  use_pkce: FLAG,
  oauth_params: map(text()),
  callback_port: PORT,
  resource: text(),
});

const ENVIRONMENT_VARIABLE = object({
  name: text({ pattern: /^[A-Za-z_][A-Za-z0-9_]*$/ }),
  description: text(),
  required: FLAG,
  secret: FLAG,
  default: text(),
});

const TOOL_DEFINITION = object(
  { name: text(), description: text(), inputSchema: FREE_OBJECT, annotations: FREE_OBJECT },
  ['name'],
);

const EXTENSION = object(
  {
    status: text({ oneOf: ['active', 'deprecated', 'Active', 'Deprecated'] }),
    tier: text({ oneOf: ['Official', 'Community'] }),
    tools: list(text({ pattern: /^[\w-]+$/ }), { unique: true }),
    tags: list(text({ pattern: /^[a-z0-9][a-z0-9_-]*[a-z0-9]$/ }), { unique: true }),
    overview: text(),
    tool_definitions: list(TOOL_DEFINITION),
    metadata: METADATA,
    permissions: PERMISSIONS,
    args: list(text()),
    provenance: PROVENANCE,
    docker_tags: list(text(), { unique: true }),
    proxy_port: PORT,
    stateless: FLAG,
    oauth_config: OAUTH_CONFIG,
    env_vars: list(ENVIRONMENT_VARIABLE),
    custom_metadata: FREE_OBJECT,
  },
  ['status'],
);

/**
 * Publisher-provided metadata: every member an object; under `io.github.stacklok` one extension a package identifier or
 * remote URL. Published servers may hold any object.
 */
export const PUBLISHER_RULE: Rule = freeWhenPublished(
  object({ 'io.github.stacklok': map(EXTENSION) }, [], FREE_OBJECT),
);
