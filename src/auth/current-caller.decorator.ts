import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from './caller.js';
import type { HttpRequest } from '../common/http/request-context.js';

/** Where a request carries its caller. */
const CALLER = Symbol('caller');

type WithCaller = HttpRequest & { [CALLER]?: Caller };

/** Remembers who makes a request; the authentication middleware does this once, for verified tokens only. */
export function setCaller(request: HttpRequest, caller: Caller): void {
  (request as WithCaller)[CALLER] = caller;
}

/** Who makes a request; undefined in anonymous mode and on public paths. */
export function callerOf(request: HttpRequest): Caller | undefined {
  return (request as WithCaller)[CALLER];
}

/** Injects the caller into a handler; undefined in anonymous mode and on public paths. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller | undefined =>
  callerOf(context.switchToHttp().getRequest<HttpRequest>()),
);
