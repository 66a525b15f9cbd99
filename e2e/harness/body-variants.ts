import type { OpenApiContract, Schema } from './openapi-contract.js';

/** A body, and what was done to it. */
export interface BodyVariant {
  readonly what: string;
  readonly body: unknown;
  /** Whether the variant consists in a `null`, which counts as an absent member although no schema says so. */
  readonly isNull?: boolean;
}

type Path = readonly string[];

const WRONG_TYPES: Readonly<Record<string, unknown>> = {
  string: 5,
  integer: '5',
  boolean: 'true',
  array: 'text',
  object: 'text',
};

/** A value of a schema: its own example where it has one. */
function sample(contract: OpenApiContract, schema: Schema): unknown {
  const { type, example, enum: values, items } = contract.resolve(schema);
  if (example !== undefined) return example;
  if (values) return values[0];
  if (type === 'array') return [sample(contract, items)];
  if (type === 'object') return {};
  return type === 'integer' ? 1 : 'text';
}

function memberAt(value: any, path: Path): unknown {
  return path.reduce((parent, member) => parent?.[member], value);
}

/** A copy with another member; elements of arrays are members as well. */
function withMember(value: any, [first, ...rest]: Path, member: unknown): unknown {
  if (first === undefined) return member;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[first] = withMember(value?.[first], rest, member);
  if (member === undefined && rest.length === 0) delete copy[first];
  return copy;
}

/** What may be done to one member, and to the members of what stands there in the valid body. */
function* variantsAt(contract: OpenApiContract, schema: Schema, valid: unknown, path: Path): Generator<BodyVariant> {
  const { type, properties = {}, items, enum: values } = contract.resolve(schema);
  const at = path.join('.');
  if (path.length > 0) {
    yield { what: `without ${at}`, body: withMember(valid, path, undefined) };
    yield { what: `${at} null`, body: withMember(valid, path, null), isNull: true };
    yield { what: `${at} of a wrong type`, body: withMember(valid, path, WRONG_TYPES[type]) };
    yield { what: `${at} as in the example`, body: withMember(valid, path, sample(contract, schema)) };
    if (type === 'string' && !values) yield { what: `${at} empty`, body: withMember(valid, path, '') };
    if (items) yield { what: `${at} without elements`, body: withMember(valid, path, []) };
  }
  const present = memberAt(valid, path);
  if (typeof present !== 'object' || present === null) return;
  if (items) yield* variantsAt(contract, items, valid, [...path, '0']);
  for (const [name, member] of Object.entries<Schema>(properties)) {
    yield* variantsAt(contract, member, valid, [...path, name]);
  }
}

/** A valid body, what may be done to each of its documented members, and texts that are no such body at all. */
export function* bodyVariants(contract: OpenApiContract, schema: Schema, valid: object): Generator<BodyVariant> {
  yield { what: 'as it should be', body: valid };
  yield { what: 'with an unknown member', body: { ...valid, colour: { of: ['red', null, 1] } } };
  yield { what: 'null', body: 'null', isNull: true };
  for (const text of ['', '{', '[]', '"text"', '{}{}', '\ufeff{}', '{"a":"\\u0000"}']) yield { what: text, body: text };
  yield* variantsAt(contract, schema, valid, []);
}
