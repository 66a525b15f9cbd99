import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { ForbiddenError } from '../common/errors.js';
import type { Role } from './caller.js';
import { callerOf } from './current-caller.decorator.js';
import { REQUIRED_ROLE } from './roles.decorator.js';

/**
 * Lets a request pass when its route needs no role, or its caller holds that role or superAdmin. Requests without a
 * caller (anonymous mode, public paths) pass: authentication has decided already (auth spec 4).
 */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const role = this.reflector.getAllAndOverride<Role | undefined>(REQUIRED_ROLE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (role === undefined) return true;
    const caller = callerOf(context.switchToHttp().getRequest<Request>());
    if (caller === undefined || caller.roles.has(role) || caller.roles.has('superAdmin')) return true;
    throw new ForbiddenError('forbidden: insufficient permissions');
  }
}
