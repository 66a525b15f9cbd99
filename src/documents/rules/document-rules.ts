import { DATE_TIME, URI } from './formats.js';
import { object, text, type Rule } from './rule.js';

/** The root of a document in the upstream format, apart from its `data` (sync spec 3). */
export const REGISTRY_ROOT_RULE: Rule = object(
  {
    $schema: text({ format: URI }),
    version: text({ pattern: /^\d+\.\d+\.\d+$/ }),
    meta: object({ last_updated: text({ format: DATE_TIME }) }, ['last_updated']),
  },
  ['version', 'meta'],
);
