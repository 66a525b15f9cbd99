import { isUnclaimed } from '../claims/claims.js';
import { ENTRY_TYPE_NAMES } from '../model/entry-kind.js';
import { toEntryVersionResponse } from '../sources/to-source-entries-response.js';
import type { RegistryEntryResponse } from './dto/registry-entries.response.js';
import type { RegistryResponse } from './dto/registry.response.js';
import type { RegistryEntryRow, RegistryRow } from './registries.repository.js';

/** A registry as the administrative API shows it: members in the order of admin-api spec 5, absent ones left out. */
export function toRegistryResponse(registry: RegistryRow): RegistryResponse {
  return {
    name: registry.name,
    ...(!isUnclaimed(registry.claims) && { claims: registry.claims }),
    ...(registry.access === 'public' && { access: 'public' as const }),
    creationType: registry.creationType,
    sources: registry.sources,
    createdAt: registry.createdAt,
    updatedAt: registry.updatedAt,
  };
}

/** One version in one source of a registry, as the administrative API lists it. */
export function toRegistryEntryResponse(row: RegistryEntryRow): RegistryEntryResponse {
  return {
    entryType: ENTRY_TYPE_NAMES[row.kind],
    name: row.name,
    ...toEntryVersionResponse(row),
    sourceName: row.sourceName,
    position: row.position,
  };
}
