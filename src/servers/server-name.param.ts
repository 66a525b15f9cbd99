import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { InvalidInputError } from '../common/errors.js';
import { requestContext } from '../common/http/request-context.js';
import { decodePathParam } from '../common/http/route-table.js';
import { findServerNameProblem } from '../documents/server-name.js';

function serverNameOf(request: Request): string {
  const name = decodePathParam('serverName', requestContext(request).route?.rawParams.get('serverName') ?? '');
  const problem = findServerNameProblem(name);
  if (problem !== undefined) throw new InvalidInputError(`invalid server name format: ${problem}`);
  return name;
}

/** Injects the decoded path parameter `serverName`; 400 when it breaks the rules of server names (consumer spec 2). */
export const ServerNameParam = createParamDecorator((_data: unknown, context: ExecutionContext): string =>
  serverNameOf(context.switchToHttp().getRequest<Request>()),
);

/**
 * Injects the decoded path parameter `version` of a server. The server's name stands before it in the path, so what is
 * wrong with that is reported first, in whatever order a handler's parameters are asked for (consumer spec 2).
 */
export const ServerVersionParam = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<Request>();
  serverNameOf(request);
  return decodePathParam('version', requestContext(request).route?.rawParams.get('version') ?? '');
});
