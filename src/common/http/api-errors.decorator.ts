import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';

/** The one shape of errors. */
export class ErrorResponse {
  @ApiProperty({ description: 'What is wrong, in one sentence', example: 'not found' })
  error!: string;
}

/**
 * Documents the errors of a route.
 * @param errors - status to an example of its sentence, such as `{ 404: 'source not found: catalogue' }`
 */
export function ApiErrors(errors: Readonly<Record<number, string>>): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ...Object.entries(errors).map(([status, error]) =>
      ApiResponse({ status: Number(status), description: error, type: ErrorResponse, example: { error } }),
    ),
  );
}
