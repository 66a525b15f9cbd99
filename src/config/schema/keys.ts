import { z } from 'zod';

/** JSON Schema keywords of a key beside its type and description: `default`, `enum`, `pattern`, `examples` … */
export type Keywords = Readonly<Record<string, unknown>>;

/** What a duration looks like, as a JSON Schema pattern. */
export const DURATION_PATTERN = '^[+-]?(0|((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+)$';

/** A key that holds a text. */
export function text(description: string, keywords: Keywords = {}) {
  return z
    .string()
    .optional()
    .meta({ description, ...keywords });
}

/** A key that holds a duration as text, such as `1h30m`. */
export function duration(description: string, keywords: Keywords = {}) {
  return z
    .string()
    .optional()
    .meta({ description, pattern: DURATION_PATTERN, ...keywords });
}

/** A key that holds a whole number. */
export function integer(description: string, keywords: Keywords = {}) {
  return z
    .number()
    .optional()
    .meta({ description, type: 'integer', ...keywords });
}

/** A key that holds a number. */
export function decimal(description: string, keywords: Keywords = {}) {
  return z
    .number()
    .optional()
    .meta({ description, ...keywords });
}

/** A key that holds true or false. */
export function flag(description: string, keywords: Keywords = {}) {
  return z
    .boolean()
    .optional()
    .meta({ description, ...keywords });
}

/** A key that holds a list of texts. */
export function texts(description: string, keywords: Keywords = {}) {
  return z
    .array(z.string())
    .optional()
    .meta({ description, ...keywords });
}

/** A key that holds a mapping whose keys are the user's own and keep their case; `value` is the JSON Schema of a value. */
export function openMap(description: string, value: Keywords) {
  return z.record(z.string(), z.unknown()).optional().meta({ description, additionalProperties: value });
}

/** A key that holds a list of such mappings. */
export function openMaps(description: string, value: Keywords) {
  const item = z.record(z.string(), z.unknown()).meta({ additionalProperties: value });
  return z.array(item).optional().meta({ description });
}

/** A key that holds a mapping with these keys. */
export function block<Shape extends z.ZodRawShape>(description: string, shape: Shape, keywords: Keywords = {}) {
  return z
    .object(shape)
    .optional()
    .meta({ description, ...keywords });
}

/** A key that holds a list of mappings with these keys; `keywords` belong to the list, `itemKeywords` to an item. */
export function blocks<Shape extends z.ZodRawShape>(
  description: string,
  shape: Shape,
  keywords: Keywords = {},
  itemKeywords: Keywords = {},
) {
  return z
    .array(z.object(shape).meta(itemKeywords))
    .optional()
    .meta({ description, ...keywords });
}

/** JSON Schema of a claim's value. */
export const CLAIM_VALUE: Keywords = {
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
};
