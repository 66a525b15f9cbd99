// Writes what is generated from the configuration schema. Build first.
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../dist/config/reference/json-schema.js';
import { configReference } from '../dist/config/reference/markdown.js';

const docs = new URL('../docs/', import.meta.url);
writeFileSync(new URL('configuration.schema.json', docs), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
writeFileSync(new URL('configuration.md', docs), configReference());
