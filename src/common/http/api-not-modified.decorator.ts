import { ApiResponse } from '@nestjs/swagger';

/** Documents that the route answers conditional requests (ahead.md P6). */
export function ApiNotModified(): MethodDecorator & ClassDecorator {
  return ApiResponse({ status: 304, description: 'Still as `If-None-Match` says' });
}
