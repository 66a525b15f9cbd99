import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { CarriedParameters } from './cursor.js';
import { ApiQuery } from '@nestjs/swagger';
import type { Request } from 'express';
import { InvalidInputError } from '../common/errors.js';
import type { ItemFilter } from './item-filter.js';
import { createListQueryParser, parseInt64, queryStringOf, type ListQuery, type ListRules } from './list-query.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;
const STATUSES: ReadonlySet<string> = new Set(['ACTIVE', 'DEPRECATED', 'ARCHIVED']);

function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = parseInt64(text);
  if (limit === undefined) throw new InvalidInputError('invalid limit parameter: must be an integer');
  if (limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidInputError(`invalid limit parameter: must be between 1 and ${MAX_LIMIT}`);
  }
  return limit;
}

function readStatuses(text: string): string[] {
  const statuses = text.split(',').map((status) => status.trim().toUpperCase());
  if (!statuses.every((status) => STATUSES.has(status))) throw new InvalidInputError('invalid status parameter');
  return statuses;
}

function readFilter({ search, status }: CarriedParameters): Pick<ListQuery, 'filter' | 'withTotal'> {
  const filter: ItemFilter = {
    ...(typeof search === 'string' && { search }),
    ...(typeof status === 'string' && { statuses: readStatuses(status) }),
  };
  return { filter, withTotal: false };
}

const RULES: ListRules = {
  carried: { search: 'single', status: 'single' },
  trims: true,
  readLimit,
  readFilter,
};

/** Reads the query string of the lists of skills and of plugins (consumer spec 7 and B8). */
export const parseExtensionListQuery = createListQueryParser(RULES);

/** Injects what the request asks of a list of skills or plugins; 400 when a parameter is wrong. */
export const ExtensionListQuery = createParamDecorator((_data: unknown, context: ExecutionContext): ListQuery =>
  parseExtensionListQuery(queryStringOf(context.switchToHttp().getRequest<Request>())),
);

/** Documents the parameters of {@link ExtensionListQuery}. */
export function ApiExtensionListQuery(): MethodDecorator {
  return applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      description: 'Items of the page',
      schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
    }),
    ApiQuery({
      name: 'cursor',
      required: false,
      description: '`metadata.nextCursor` or `metadata.prevCursor` of another page; carries `search` and `status`',
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'search',
      required: false,
      description: 'Text in the name, title or description, in any case; several words must all occur',
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'status',
      required: false,
      description: 'Comma-separated list of `active`, `deprecated` and `archived`, in any case',
      schema: { type: 'string' },
      example: 'active,deprecated',
    }),
  );
}
