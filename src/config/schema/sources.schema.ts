import { DEFAULTS } from '../defaults.js';
import { block, blocks, CLAIM_VALUE, duration, integer, openMap, text, texts } from './keys.js';

/** What a source or an entry may be called: a DNS label. */
export const SOURCE_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const git = block('A file in a git repository, cloned afresh on every pass.', {
  repository: text('URL of the repository: https, http, ssh, git or file, or a local path. Required.', {
    examples: ['https://github.com/stacklok/toolhive-catalog.git'],
  }),
  branch: text(
    "Branch to read. At most one of branch, tag and commit; without any the remote's default branch is read.",
  ),
  tag: text('Tag to read, lightweight or annotated.'),
  commit: text('Commit to read: the full 40-digit id.'),
  path: text('Path of the document inside the repository, without leading slash.', { default: DEFAULTS.gitPath }),
  auth: block('HTTP Basic credentials. Both members or none.', {
    username: text('User name.'),
    passwordFile: text(
      'Absolute path of the file that holds the password. It must exist at start and is read anew on every pass.',
    ),
  }),
});

const api = block('An upstream registry that serves the MCP Registry API v0.1.', {
  endpoint: text('Base URL of the upstream, without /v0.1. Required.', {
    examples: ['https://registry.modelcontextprotocol.io'],
  }),
  timeout: duration('Time limit of one request, greater than zero, at most 5m.', { default: DEFAULTS.apiTimeout }),
  passTimeout: duration('Time limit of a whole pass, greater than zero.', { default: DEFAULTS.apiPassTimeout }),
  maxServers: integer('Number of servers at which a pass is given up, greater than zero.', {
    default: DEFAULTS.apiMaxServers,
    minimum: 1,
  }),
  fullSyncInterval: duration(
    'Time after which a pass reads everything instead of the changes only, greater than zero.',
    {
      default: DEFAULTS.apiFullSyncInterval,
    },
  ),
  auth: block('Authentication towards the upstream: exactly one of the members.', {
    bearerTokenFile: text('Absolute path of the file that holds a bearer token, read anew on every pass.'),
    oauth2: block('Client credentials grant; the token is kept until it expires.', {
      tokenUrl: text('Token endpoint: absolute http or https URL. Required.'),
      clientId: text('Client id. Required.'),
      clientSecretFile: text('Absolute path of the file that holds the client secret. Required.'),
      scopes: texts('Scopes to ask for.'),
      audience: text('Audience to ask for.'),
    }),
    headers: openMap('Header name to the absolute path of the file that holds its value.', { type: 'string' }),
  }),
});

const file = block('A document in a local file or behind a URL: exactly one of path and url.', {
  path: text('Path of the file, absolute or relative to the working directory. It need not exist at start.'),
  url: text('Absolute http or https URL of the document.'),
  timeout: duration('Time limit of the download, greater than zero. Only looked at together with url.', {
    default: DEFAULTS.fileTimeout,
  }),
});

const patterns = (what: string, how: string) =>
  block(`Selection by ${what}. An exclude match drops the entry; a non-empty include then needs a match.`, {
    include: texts(`${how} that are let in; none restricts nothing.`),
    exclude: texts(`${how} that are kept out.`),
  });

/** `sources`: where entries come from. */
export const sources = blocks(
  'Where entries come from. The kind of a source is the one block that is present: git, api, file, managed or kubernetes.',
  {
    name: text('Unique name: a DNS label of at most 63 characters. Required.', { pattern: SOURCE_NAME.source }),
    format: text('Format of the document that git and file sources deliver; detected when absent.', {
      enum: ['upstream', 'toolhive'],
    }),
    git,
    api,
    file,
    managed: block(
      'Entries published over the API. At most one source of the configuration. Takes no keys: `managed: {}`.',
      {},
    ),
    kubernetes: block('Entries from the objects of a Kubernetes cluster, watched.', {
      namespaces: texts(
        'Namespaces to watch; none means those of THV_REGISTRY_WATCH_NAMESPACE, and without that variable all.',
        { items: { type: 'string', pattern: SOURCE_NAME.source }, uniqueItems: true },
      ),
    }),
    syncPolicy: block('How a git, api or file source is synchronised; ignored for the other kinds.', {
      interval: duration(
        'Time between two passes, greater than zero; less than 1s counts as 1s. Required for git, api and file.',
        {
          examples: ['30m'],
        },
      ),
      onInvalidEntry: text(
        'What to do with entries that fail validation: `fail` gives up the pass, `skip` leaves them out. Default: `skip` for api, `fail` for git and file.',
        {
          enum: ['fail', 'skip'],
        },
      ),
    }),
    filter: block('Which entries are taken over; ignored for managed and kubernetes sources.', {
      names: patterns('name', 'Globs over the whole name (`*` also crosses `/`, `?`, `[abc]`, `[!abc]`, `{a,b}`)'),
      tags: patterns('tag', 'Tags, compared exactly,'),
    }),
    claims: openMap('Claims of the source and of the entries it delivers. Keys keep their case.', CLAIM_VALUE),
  },
  { minItems: 1 },
  { required: ['name'], oneOf: ['git', 'api', 'file', 'managed', 'kubernetes'].map((kind) => ({ required: [kind] })) },
);

/** `registries`: what consumers query. */
export const registries = blocks(
  'What consumers query: ordered lists of sources.',
  {
    name: text('Unique name, at most 255 bytes, without slash, control characters and white space. Required.', {
      minLength: 1,
    }),
    sources: texts('Names of sources in order of precedence; the first source that has an entry wins. At least one.', {
      minItems: 1,
    }),
    claims: openMap('Claims that a caller needs to see the registry. Keys keep their case.', CLAIM_VALUE),
    access: text('`public` lets everyone read the registry without a token; entries with claims still need them.', {
      enum: ['private', 'public'],
      default: 'private',
    }),
  },
  { minItems: 1 },
  { required: ['name', 'sources'] },
);
