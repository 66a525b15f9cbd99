import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { requestContext } from './request-context.js';
import { decodePathParam } from './route-table.js';

/**
 * A path parameter, decoded once and checked (400 with the parameter's name). Unlike `@Param` it runs after the guards,
 * so a missing role is reported before a malformed name (auth spec 3).
 */
export const PathParam = createParamDecorator((name: string, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<Request>();
  return decodePathParam(name, requestContext(request).route?.rawParams.get(name) ?? '');
});
