import { z } from 'zod';

/** What a key holds, as the loader needs to know it. */
export type Shape =
  | { readonly kind: 'text' | 'integer' | 'number' | 'flag' | 'texts' | 'openMap' }
  | { readonly kind: 'block'; readonly keys: ReadonlyMap<string, Shape> }
  | { readonly kind: 'list'; readonly item: Shape };

export type BlockShape = Extract<Shape, { kind: 'block' }>;

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

function describeArray(schema: z.ZodArray): Shape {
  const item = describeShape(schema.element);
  return item.kind === 'text' ? { kind: 'texts' } : { kind: 'list', item };
}

/**
 * Reads the shape of a schema made of the functions in `keys.ts`.
 * @throws Error for kinds of schemas that no key may have
 */
export function describeShape(schema: unknown): Shape {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return describeBlock(inner);
  if (inner instanceof z.ZodArray) return describeArray(inner);
  if (inner instanceof z.ZodRecord) return { kind: 'openMap' };
  if (inner instanceof z.ZodString) return { kind: 'text' };
  if (inner instanceof z.ZodBoolean) return { kind: 'flag' };
  if (inner instanceof z.ZodNumber) {
    const isInteger = schema instanceof z.ZodType && schema.meta()?.['type'] === 'integer';
    return { kind: isInteger ? 'integer' : 'number' };
  }
  throw new Error('a configuration key of an unsupported kind');
}

/** Like {@link describeShape}, of an object schema. */
export function describeBlock(schema: z.ZodObject): BlockShape {
  const keys = Object.entries(schema.shape).map(([key, value]) => [key, describeShape(value)] as const);
  return { kind: 'block', keys: new Map(keys) };
}
