import { z } from 'zod';
import { configSchema } from '../schema/config.schema.js';

/** A JSON Schema, as far as the reference needs to know it. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
}

/** The JSON Schema (draft 2020-12) of the configuration file, for editors and for other tools. */
export function configJsonSchema(): JsonSchema {
  return z.toJSONSchema(configSchema) as JsonSchema;
}
