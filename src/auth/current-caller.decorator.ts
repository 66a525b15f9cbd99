import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Caller } from './caller.js';

const callers = new WeakMap<Request, Caller>();

/** Remembers who makes a request; the authentication middleware does this once, for verified tokens only. */
export function setCaller(request: Request, caller: Caller): void {
  callers.set(request, caller);
}

/** Who makes a request; undefined in anonymous mode and on public paths. */
export function callerOf(request: Request): Caller | undefined {
  return callers.get(request);
}

/** Injects the caller into a handler; undefined in anonymous mode and on public paths. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller | undefined =>
  callerOf(context.switchToHttp().getRequest<Request>()),
);
