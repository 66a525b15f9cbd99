import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { validate, type ValidationError } from 'class-validator';
import type { Request } from 'express';
import { InvalidInputError } from '../errors.js';
import { decodeUtf8, parseExactJson } from '../exact-json.js';
import { toBodyDto } from './body-dto.js';
import { requestBody } from './request-body.js';

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

async function parseBody(dto: Type<object>, request: Request): Promise<object> {
  const bytes = await requestBody(request);
  try {
    const value = parseExactJson(decodeUtf8(bytes));
    if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
      throw new InvalidInputError('a JSON object is expected');
    }
    const instance = toBodyDto(dto, value ?? {});
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
