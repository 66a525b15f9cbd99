import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { plainToInstance, Transform } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import type { Request } from 'express';
import { InvalidInputError } from '../errors.js';
import { decodeUtf8, parseExactJson, type JsonValue } from '../exact-json.js';
import { requestBody } from './request-body.js';

/** What was sent, by the copy that the conversion to a DTO gets to see. */
const ORIGINALS = new WeakMap<object, Record<string, unknown>>();

/** Hands a member of a body DTO on exactly as it was sent: no copy, no conversion, unknown members kept. */
export const Verbatim = () =>
  Transform(({ obj, key }) => (ORIGINALS.get(obj as object) ?? (obj as Record<string, unknown>))[key] ?? undefined, {
    toClassOnly: true,
  });

/** Puts the parent's path in front of the member's name: `each value in names must …` begins with other words. */
function underParent(sentence: string, parent: string): string {
  return sentence.replace(/^(each value in )?/, `$1${parent}.`);
}

function firstProblem(errors: readonly ValidationError[], parent = ''): string | undefined {
  for (const error of errors) {
    const path = parent === '' ? error.property : `${parent}.${error.property}`;
    const own = Object.values(error.constraints ?? {})[0];
    if (own !== undefined) return parent === '' ? own : underParent(own, parent);
    const nested = firstProblem(error.children ?? [], path);
    if (nested !== undefined) return nested;
  }
  return undefined;
}

/** `null` counts as an absent member at every level of a DTO, but not inside verbatim documents. */
function withoutNullMembers(value: { [key: string]: JsonValue }): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

/** A copy without members named `constructor`, at any level, which class-transformer takes for a class and calls. */
function withoutConstructors(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutConstructors);
  const members = Object.entries(value).filter(([key]) => key !== 'constructor');
  const copy = Object.fromEntries(members.map(([key, member]) => [key, withoutConstructors(member)]));
  ORIGINALS.set(copy, value as Record<string, unknown>);
  return copy;
}

async function parseBody(dto: Type<object>, request: Request): Promise<object> {
  const bytes = await requestBody(request);
  try {
    const value = parseExactJson(decodeUtf8(bytes));
    if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
      throw new InvalidInputError('a JSON object is expected');
    }
    const members = withoutConstructors(withoutNullMembers(value ?? {}));
    const instance: object = plainToInstance(dto, members as object, { exposeUnsetFields: false });
    const problem = firstProblem(await validate(instance, { forbidUnknownValues: false }));
    if (problem !== undefined) throw new InvalidInputError(problem);
    return instance;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`invalid request body: ${error.message}`, { cause: error });
  }
}

/**
 * The JSON body as an instance of a class-validator DTO (admin-api spec 2.3): the content type is not looked at, unknown
 * members are ignored, `null` members count as absent, `null` as the whole body is an empty object.
 * The body is read only here, after the guards.
 * @throws InvalidInputError `invalid request body: <reason>`; PayloadTooLargeError
 */
export const JsonBody = createParamDecorator((dto: Type<object>, context: ExecutionContext): Promise<object> =>
  parseBody(dto, context.switchToHttp().getRequest<Request>()),
);
