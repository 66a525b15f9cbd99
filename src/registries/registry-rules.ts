import { findInvalidClaim, isUnclaimed, type Claims } from '../claims/claims.js';
import { findRepeated } from '../common/find-repeated.js';
import { InvalidInputError } from '../common/errors.js';
import { findInvalidRegistryName } from '../config/checks/registries.checks.js';
import type { RegistryDefinition } from '../config/config.js';
import type { PutRegistryRequest } from './dto/put-registry.request.js';

function invalidRegistry(message: string): InvalidInputError {
  return new InvalidInputError(`invalid registry configuration: ${message}`);
}

/**
 * Reads and checks the body of a PUT; whether the sources exist is judged later (admin-api spec 5).
 * @throws InvalidInputError `invalid registry configuration: …`
 */
export function readRegistryDefinition(name: string, body: PutRegistryRequest): RegistryDefinition {
  const sources = body.sources ?? [];
  if (sources.length === 0) throw invalidRegistry('at least one source is required');
  const repeated = findRepeated(sources);
  if (repeated !== undefined) throw invalidRegistry(`duplicate source: ${repeated}`);
  return { name, sources, claims: readClaims(body.claims), access: body.access ?? 'private' };
}

/** @throws InvalidInputError when a new registry cannot have this name (admin-api spec B10) */
export function assertValidRegistryName(name: string): void {
  const problem = findInvalidRegistryName(name);
  if (problem !== undefined) throw invalidRegistry(`name ${JSON.stringify(name)} ${problem}`);
}

function readClaims(claims: Readonly<Record<string, unknown>> | undefined): Claims | undefined {
  const problem = findInvalidClaim(claims ?? {});
  if (problem !== undefined) throw invalidRegistry(problem);
  return isUnclaimed(claims as Claims | undefined) ? undefined : (claims as Claims);
}
