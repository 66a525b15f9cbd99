import { PUBLISHER_META_KEY } from '../../model/official-status.js';
import { PUBLISHER_RULE } from './publisher-rules.js';
import { URI } from './formats.js';
import { isJsonObject } from '../../common/json-object.js';
import { both, FLAG, list, map, object, text, variant, type Rule } from './rule.js';

// server.json, schema 2025-12-11 (sync spec 3.1). Unknown members pass at every level.

const INPUT_MEMBERS = {
  value: text(),
  default: text(),
  description: text(),
  placeholder: text(),
  isRequired: FLAG,
  isSecret: FLAG,
  format: text({ oneOf: ['string', 'number', 'boolean', 'filepath'] }),
  choices: list(text()),
} as const;

const VARIABLES = map(object(INPUT_MEMBERS));

const KEY_VALUE = object({ name: text(), ...INPUT_MEMBERS, variables: VARIABLES }, ['name']);

const ARGUMENT_MEMBERS = { type: text(), ...INPUT_MEMBERS, variables: VARIABLES, isRepeated: FLAG } as const;

const ARGUMENT = variant(
  'type',
  {
    named: object({ ...ARGUMENT_MEMBERS, name: text() }, ['name']),
    positional: both(object({ ...ARGUMENT_MEMBERS, valueHint: text() }), (value) =>
      isJsonObject(value) && value.value === undefined && value.valueHint === undefined
        ? { path: ['value'], text: 'is required (or valueHint)', isMissing: true }
        : undefined,
    ),
  },
  object({ ...ARGUMENT_MEMBERS, name: text(), valueHint: text() }),
);

const TRANSPORT_SHAPE = object({ type: text(), url: text(), headers: list(KEY_VALUE), variables: VARIABLES });

const HTTP_MEMBERS = { url: text({ pattern: /^https?:\/\/[^\s]+$/ }), headers: list(KEY_VALUE) } as const;

function httpTransport(others: Readonly<Record<string, Rule>> = {}): Readonly<Record<string, Rule>> {
  const rule = object({ ...HTTP_MEMBERS, ...others }, ['url']);
  return { 'streamable-http': rule, sse: rule };
}

const PACKAGE_TRANSPORT = variant('type', { stdio: object({}), ...httpTransport() }, TRANSPORT_SHAPE);

const REMOTE = variant('type', httpTransport({ variables: VARIABLES }), TRANSPORT_SHAPE);

const PACKAGE = object(
  {
    registryType: text(),
    registryBaseUrl: text({ format: URI }),
    identifier: text(),
    version: text({ min: 1, not: 'latest' }),
    fileSha256: text({ pattern: /^[a-f0-9]{64}$/ }),
    runtimeHint: text(),
    transport: PACKAGE_TRANSPORT,
    runtimeArguments: list(ARGUMENT),
    packageArguments: list(ARGUMENT),
    environmentVariables: list(KEY_VALUE),
  },
  ['registryType', 'identifier', 'transport'],
);

const REPOSITORY = object({ url: text({ format: URI }), source: text(), id: text(), subfolder: text() }, [
  'url',
  'source',
]);

const ICON = object(
  {
    src: text({ format: URI, max: 255 }),
    mimeType: text({ oneOf: ['image/png', 'image/jpeg', 'image/jpg', 'image/svg+xml', 'image/webp'] }),
    sizes: list(text({ pattern: /^(\d+x\d+|any)$/ })),
    theme: text({ oneOf: ['light', 'dark'] }),
  },
  ['src'],
);

/** Longest version of any entry, in characters; it has to fit an index of the database. */
export const MAX_VERSION_LENGTH = 255;

/** A server name as documents of sources may have it: less strict than where names come from clients. */
export const SERVER_NAME_RULE = text({ min: 3, max: 200, pattern: /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/ });

function serverRule(description: Rule, version: Rule): Rule {
  return object(
    {
      name: SERVER_NAME_RULE,
      description,
      version,
      $schema: text({ format: URI }),
      title: text({ min: 1, max: 100 }),
      websiteUrl: text({ format: URI }),
      repository: REPOSITORY,
      packages: list(PACKAGE),
      remotes: list(REMOTE),
      icons: list(ICON),
      _meta: object({ [PUBLISHER_META_KEY]: PUBLISHER_RULE }),
    },
    ['name', 'description', 'version'],
  );
}

/** A server.json in a document of a source (sync spec 3.1); an empty version, `latest` and ranges pass. */
export const SERVER_RULE = serverRule(text({ min: 1, max: 100 }), text({ max: MAX_VERSION_LENGTH }));

/**
 * A server.json from the list of an upstream registry (sync spec 8.11): its version must not be empty; its description may
 * be, as registries of this kind write an absent one so (ahead.md P1).
 */
export const UPSTREAM_SERVER_RULE = serverRule(text({ max: 100 }), text({ min: 1, max: MAX_VERSION_LENGTH }));
