import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { CarriedParameters } from '../catalog/cursor.js';
import { ApiQuery } from '@nestjs/swagger';
import type { Request } from 'express';
import type { ItemFilter } from '../catalog/item-filter.js';
import {
  createListQueryParser,
  parseInt64,
  queryStringOf,
  type ListQuery,
  type ListRules,
} from '../catalog/list-query.js';
import { parseTimestamp } from '../catalog/timestamp.js';
import { InvalidInputError } from '../common/errors.js';

const DEFAULT_LIMIT = 30;
const MAX_LIMIT = 1000;
const TRANSPORTS: readonly string[] = ['stdio', 'sse', 'streamable-http'];

function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = parseInt64(text);
  if (limit === undefined) throw new InvalidInputError('Invalid limit parameter: must be an integer');
  if (limit < 1) throw new InvalidInputError('Invalid limit parameter: must be a positive integer');
  return Math.min(limit, MAX_LIMIT);
}

function readUpdatedSince(text: string): number {
  const moment = parseTimestamp(text);
  if (moment !== undefined) return moment;
  throw new InvalidInputError(
    'Invalid updated_since parameter: must be RFC3339 format (e.g., 2025-08-07T13:15:04.280Z)',
  );
}

function readTransports(transports: readonly string[]): readonly string[] {
  if (transports.every((transport) => TRANSPORTS.includes(transport))) return transports;
  throw new InvalidInputError(`Invalid transport parameter: must be one of ${TRANSPORTS.join(', ')}`);
}

function readKind(text: string): 'package' | 'remote' {
  if (text === 'package' || text === 'remote') return text;
  throw new InvalidInputError('Invalid kind parameter: must be remote or package');
}

function readTotal(text: CarriedParameters[string] | undefined): boolean {
  if (text === undefined || text === 'true') return text !== undefined;
  throw new InvalidInputError('Invalid total parameter: must be true');
}

function readFilter(parameters: CarriedParameters): Pick<ListQuery, 'filter' | 'withTotal'> {
  const { search, version, updated_since, tag, transport, registry_type, kind, total } = parameters;
  const filter: ItemFilter = {
    ...(typeof search === 'string' && { search }),
    ...(typeof version === 'string' && { version }),
    ...(typeof updated_since === 'string' && { updatedSince: readUpdatedSince(updated_since) }),
    ...(typeof tag === 'object' && { tags: tag }),
    ...(typeof transport === 'object' && { transports: readTransports(transport) }),
    ...(typeof registry_type === 'object' && { registryTypes: registry_type }),
    ...(typeof kind === 'string' && { kind: readKind(kind) }),
  };
  return { filter, withTotal: readTotal(total) };
}

const RULES: ListRules = {
  carried: {
    search: 'single',
    version: 'single',
    updated_since: 'single',
    tag: 'repeatable',
    transport: 'repeatable',
    registry_type: 'repeatable',
    kind: 'single',
    total: 'single',
  },
  trims: false,
  readLimit,
  readFilter,
};

/** Reads the query string of the list of servers (consumer spec 3, ahead.md P5). */
export const parseServerListQuery = createListQueryParser(RULES);

/** Injects what the request asks of the list of servers; 400 when a parameter is wrong. */
export const ServerListQuery = createParamDecorator((_data: unknown, context: ExecutionContext): ListQuery =>
  parseServerListQuery(queryStringOf(context.switchToHttp().getRequest<Request>())),
);

const repeatable = (name: string, description: string, values?: readonly string[]): MethodDecorator =>
  ApiQuery({
    name,
    required: false,
    description,
    style: 'form',
    explode: true,
    schema: { type: 'array', items: { type: 'string', ...(values && { enum: [...values] }) } },
  });

/** Documents the parameters of {@link ServerListQuery}. */
export function ApiServerListQuery(): MethodDecorator {
  return applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      description: `Items of the page; more than ${MAX_LIMIT} is taken as ${MAX_LIMIT}`,
      schema: { type: 'integer', minimum: 1, default: DEFAULT_LIMIT },
    }),
    ApiQuery({
      name: 'cursor',
      required: false,
      description:
        '`metadata.nextCursor` or `metadata.prevCursor` of another page; carries the filters of that request',
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'search',
      required: false,
      description: 'Text in the name, title, description or tags, in any case; several words must all occur',
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'version',
      required: false,
      description: '`latest` for the latest version of each server, or an exact version',
      schema: { type: 'string' },
      example: 'latest',
    }),
    ApiQuery({
      name: 'updated_since',
      required: false,
      description: 'Only versions whose content changed later than this RFC 3339 time',
      schema: { type: 'string', format: 'date-time' },
    }),
    repeatable('tag', 'Only servers with all of these publisher-provided tags'),
    repeatable('transport', 'Only servers with a package or remote of any of these transports', TRANSPORTS),
    repeatable('registry_type', 'Only servers with a package of any of these registry types, such as `oci` or `npm`'),
    ApiQuery({
      name: 'kind',
      required: false,
      description: '`remote`: only servers with remotes; `package`: only servers with packages',
      schema: { type: 'string', enum: ['remote', 'package'] },
    }),
    ApiQuery({
      name: 'total',
      required: false,
      description: '`true` adds `metadata.total`, the number of items over all pages',
      schema: { type: 'boolean', enum: [true] },
    }),
  );
}
