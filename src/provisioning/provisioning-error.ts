import { ConflictError } from '../common/errors.js';

/**
 * The configuration file contradicts what was created over the API (operations spec, admin-api spec B11).
 * Nothing has been changed; the message names every resource that is in the way.
 */
export class ProvisioningError extends ConflictError {
  constructor(readonly conflicts: readonly string[]) {
    super(`the configuration file conflicts with what was created over the API: ${conflicts.join('; ')}`);
  }
}
