import type { ProcessRole } from '../common/process-role.js';
import type { RegistryConfig } from '../config/config.js';

/** Injection token of {@link SyncOptions}. */
export const SYNC_OPTIONS = Symbol('SYNC_OPTIONS');

/** What the synchronisation takes from the configuration, and its own figures. */
export interface SyncOptions {
  /** Bytes of JSON that publisher-provided metadata may take. */
  readonly maxMetaSize: number;
  /** Whether sources that were made over the administrative API must not reach this host and its surroundings. */
  readonly guardsApiSources: boolean;
  /** Whether this process looks for sources that are due; else it only runs passes that it is asked for. */
  readonly claimsDueSources: boolean;
  /** Passes that may be under way at a time; most of their time they wait for the network. */
  readonly maxPasses: number;
  /** Passes that may parse and store at a time: what costs processor time, memory and a database connection. */
  readonly maxStoring: number;
  /** How long a lease holds without being renewed: after a process was killed, its sources are taken over so much later. */
  readonly leaseMs: number;
}

/** The options as a configuration asks for them (issue "sources", SSRF guard: local addresses are for trusted sources). */
export function toSyncOptions({ auth, database, environment }: RegistryConfig, role: ProcessRole): SyncOptions {
  return {
    maxMetaSize: database.maxMetaSize,
    guardsApiSources: auth.mode === 'oauth' && !environment.allowLocalSources,
    claimsDueSources: role.runsBackground,
    maxPasses: 32,
    maxStoring: 2,
    leaseMs: 15_000,
  };
}
