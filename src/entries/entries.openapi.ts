import { applyDecorators } from '@nestjs/common';
import { ApiParam, ApiProperty, ApiResponse } from '@nestjs/swagger';
import { ENTRY_KINDS } from '../model/entry-kind.js';

/** The body of every error. */
export class EntryErrorResponse {
  @ApiProperty({ description: 'What is wrong, for the caller' })
  error!: string;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'The request is wrong in itself',
  401: 'No valid bearer token',
  403: 'The caller lacks the role or the claims',
  404: 'No such entry or version is published',
  409: 'The request contradicts what is stored, or there is no managed source',
  413: 'The body exceeds 16 MiB',
  503: 'The database is away, or the request took too long',
};

const COMMON: Readonly<Record<number, string>> = {
  401: 'token validation failed',
  403: 'insufficient claims: caller claims do not cover resource claims',
  503: 'database unavailable',
};

/** Documents the errors of a route: status to an example message, besides those that every route has. */
export function ApiEntryErrors(examples: Readonly<Record<number, string>>): MethodDecorator {
  return applyDecorators(
    ...Object.entries({ ...COMMON, ...examples }).map(([status, error]) =>
      ApiResponse({
        status: Number(status),
        description: REASONS[Number(status)] ?? '',
        type: EntryErrorResponse,
        example: { error },
      }),
    ),
  );
}

/** Documents `{type}` and `{name}`. */
export function ApiEntryParams(): MethodDecorator {
  return applyDecorators(
    ApiParam({ type: String, name: 'type', description: 'Kind of the entry', enum: ENTRY_KINDS, example: 'server' }),
    ApiParam({
      type: String,
      name: 'name',
      description:
        'Name of the entry, its slash percent-encoded: `namespace/name` for servers; for skills and plugins the bare name, or `namespace/name` when several namespaces have it',
      example: 'io.github.acme/weather',
    }),
  );
}
