import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { requestContext } from './request-context.js';
import { decodePathParam } from './route-table.js';

/**
 * A path parameter, decoded once and checked (400 with the parameter's name), after those before it in the path: a
 * handler's parameters may be asked for in any order, the first faulty one is reported (admin-api spec 2.2). Unlike `@Param`
 * it runs after the guards, so a missing role is reported before a malformed name (auth spec 3).
 */
export const PathParam = createParamDecorator((name: string, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<Request>();
  for (const [parameter, raw] of requestContext(request).route?.rawParams ?? []) {
    const value = decodePathParam(parameter, raw);
    if (parameter === name) return value;
  }
  return decodePathParam(name, '');
});
