import { SetMetadata } from '@nestjs/common';
import type { Role } from './caller.js';

/** Metadata key under which {@link Roles} stores the role that a route needs. */
export const REQUIRED_ROLE = 'auth:required-role';

/** Opens a controller or route to callers that hold this role (or superAdmin) only; the role guard enforces it. */
export const Roles = (role: Role) => SetMetadata(REQUIRED_ROLE, role);
