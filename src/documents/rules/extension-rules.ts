import type { EntryKind } from '../../model/entry-kind.js';
import { DATE_TIME, URI } from './formats.js';
import { alwaysChecked, FLAG, FREE_OBJECT, list, object, text, type Rule } from './rule.js';
import { MAX_VERSION_LENGTH } from './server-rules.js';

// Skills and plugins (sync spec 3.2). Unknown members pass at every level.

const PACKAGE = object(
  {
    registryType: text({ oneOf: ['oci', 'git'] }),
    identifier: text(),
    digest: text(),
    mediaType: text(),
    url: text({ format: URI }),
    ref: text(),
    commit: text(),
    subfolder: text(),
  },
  ['registryType'],
);

const MEMBERS = {
  namespace: text({ min: 3, max: 128 }),
  name: text({ min: 1, max: 64, pattern: /^[a-z0-9][a-z0-9-]*[a-z0-9]$/ }),
  description: text({ min: 1, max: 1024 }),
  version: text({ min: 1, max: MAX_VERSION_LENGTH }),
  status: text({ oneOf: ['active', 'deprecated', 'archived'] }),
  title: text({ max: 100 }),
  license: text({ max: 256 }),
  repository: object({ url: text({ format: URI }), type: text() }),
  icons: list(object({ src: text(), size: text(), type: text(), label: text() }, ['src'])),
  packages: list(PACKAGE),
  metadata: FREE_OBJECT,
  _meta: FREE_OBJECT,
} as const;

const SKILL_MEMBERS = {
  compatibility: text({ max: 500 }),
  allowedTools: list(text(), { unique: true }),
} as const;

const REQUIRED = ['namespace', 'name', 'description', 'version'];

const TIMESTAMP = alwaysChecked(text({ format: DATE_TIME }));

/** Members of published skills and plugins that the registry overrules (admin-api spec 6.2). */
export const OVERRULED_MEMBERS: Readonly<Record<string, Rule>> = {
  id: text(),
  isLatest: FLAG,
  createdAt: TIMESTAMP,
  updatedAt: TIMESTAMP,
};

/** Skills and plugins in a document of a source. */
export const EXTENSION_RULES = {
  skill: object({ ...MEMBERS, ...SKILL_MEMBERS }, REQUIRED),
  plugin: object(MEMBERS, REQUIRED),
} as const satisfies Partial<Record<EntryKind, Rule>>;

/** Skills and plugins as they are published: the same tables, and the members that are overruled. */
export const PUBLISHED_EXTENSION_RULES = {
  skill: object({ ...MEMBERS, ...SKILL_MEMBERS, ...OVERRULED_MEMBERS }, REQUIRED),
  plugin: object({ ...MEMBERS, ...OVERRULED_MEMBERS }, REQUIRED),
} as const satisfies Partial<Record<EntryKind, Rule>>;
