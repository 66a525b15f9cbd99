import { DATE_TIME } from './formats.js';
import { alwaysChecked, FLAG, FREE_OBJECT, list, map, number, object, text, type Rule } from './rule.js';

// Servers of the ToolHive format (toolhive-format spec). Only types are checked: ToolHive writes `null` for empty lists.

const TEXTS = list(text());
const INTEGER = number({ integer: true });

const INPUT = { name: text(), description: text(), required: FLAG, default: text(), secret: FLAG } as const;

const COMMON = {
  name: text(),
  title: text(),
  description: text(),
  tier: text(),
  status: text(),
  transport: text(),
  stateless: FLAG,
  tools: TEXTS,
  metadata: object({ stars: number(), last_updated: text(), kubernetes: FREE_OBJECT }),
  repository_url: text(),
  tags: TEXTS,
  overview: text(),
  tool_definitions: list(FREE_OBJECT),
  custom_metadata: FREE_OBJECT,
  proxy_port: INTEGER,
  env_vars: list(object(INPUT)),
} as const;

/** Types of a container server's members. */
export const IMAGE_SERVER_RULE: Rule = object({
  ...COMMON,
  image: text(),
  target_port: INTEGER,
  permissions: FREE_OBJECT,
  args: TEXTS,
  docker_tags: TEXTS,
  provenance: object({
    sigstore_url: text(),
    repository_uri: text(),
    repository_ref: text(),
    signer_identity: text(),
    runner_environment: text(),
    cert_issuer: text(),
    attestation: FREE_OBJECT,
  }),
});

/** Types of a remote server's members. */
export const REMOTE_SERVER_RULE: Rule = object({
  ...COMMON,
  url: text(),
  headers: list(object({ ...INPUT, choices: TEXTS })),
  oauth_config: object({
    issuer: text(),
    authorize_url: text(),
    token_url: text(),
    client_id: text(),
    scopes: TEXTS,
    use_pkce: FLAG,
    oauth_params: map(text()),
    callback_port: INTEGER,
    resource: text(),
  }),
});

/** The members at the root that are not servers. */
export const TOOLHIVE_ROOT_RULE: Rule = object({
  version: text(),
  last_updated: alwaysChecked(text({ format: DATE_TIME })),
});

const INPUTS = list(object({ name: text({ min: 1 }) }, ['name']));

/** What a container server must have so that something can be served. */
export const IMAGE_SERVER_NEEDS: Rule = object(
  {
    image: text({ min: 1 }),
    transport: text({ oneOf: ['stdio', 'sse', 'streamable-http', ''] }),
    env_vars: INPUTS,
  },
  ['image'],
);

/** What a remote server must have so that something can be served. */
export const REMOTE_SERVER_NEEDS: Rule = object(
  {
    url: text({ pattern: /^https?:\/\/[^\s]+$/ }),
    transport: text({ oneOf: ['sse', 'streamable-http'] }),
    headers: INPUTS,
    env_vars: INPUTS,
  },
  ['url', 'transport'],
);
