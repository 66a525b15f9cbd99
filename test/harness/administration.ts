import { AccessPolicy } from '../../src/auth/access-policy.js';
import type { Caller, Role } from '../../src/auth/caller.js';
import type { RegistryDefinition, SourceDefinition } from '../../src/config/config.js';
import { EntryWriter } from '../../src/entries/entry-writer.js';
import { ProvisioningService } from '../../src/provisioning/provisioning.service.js';
import { RetiredSourcesRepository } from '../../src/provisioning/retired-sources.repository.js';
import { RegistriesRepository } from '../../src/registries/registries.repository.js';
import { RegistriesService } from '../../src/registries/registries.service.js';
import { RegistrySourceEntity } from '../../src/registries/registry-source.entity.js';
import { RegistryEntity } from '../../src/registries/registry.entity.js';
import { SourceEntity } from '../../src/sources/source.entity.js';
import { SourceWriter } from '../../src/sources/source-writer.js';
import { SourcesRepository } from '../../src/sources/sources.repository.js';
import { SourcesService } from '../../src/sources/sources.service.js';
import { DocumentParser } from '../../src/sync/document-parser.js';
import type { DryRun } from '../../src/sync/dry-run.js';
import type { SyncScheduler } from '../../src/sync/sync-scheduler.js';
import { SyncService } from '../../src/sync/sync-service.js';
import { SyncStatusRepository } from '../../src/sync/sync-status.repository.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** The administration of sources and registries on a database of a test's own. */
export interface Administration {
  readonly db: TestDatabase;
  readonly entries: EntryWriter;
  readonly sources: SourcesService;
  readonly registries: RegistriesService;
  readonly provisioning: ProvisioningService;
  /** Ids of the sources whose synchronisation was asked for. */
  readonly syncedIds: number[];
  /** Applies a configuration file; without a source or registry it gets one, as a file must have. */
  apply(sources: SourceDefinition[], registries?: RegistryDefinition[], retentionMs?: number): Promise<void>;
}

const DAY_MS = 86_400_000;

/**
 * Creates the services on a fresh database, without background synchronisation.
 * @param options.authorizes - whether claims of callers are compared
 */
export async function createAdministration(options: { authorizes?: boolean } = {}): Promise<Administration> {
  const db = await createTestDatabase({ entities: [SourceEntity, RegistryEntity, RegistrySourceEntity] });
  const statuses = new SyncStatusRepository(db.runner);
  const entries = new EntryWriter();
  const parser = new DocumentParser({
    maxMetaSize: 262_144,
    guardsApiSources: false,
    maxPasses: 1,
    maxStoring: 1,
    leaseMs: 30_000,
  });
  const syncedIds: number[] = [];
  const scheduler = { startNow: async (id: number) => void syncedIds.push(id) } as unknown as SyncScheduler;
  const sync = new SyncService(scheduler, {} as DryRun, parser, entries, statuses);
  const policy = new AccessPolicy({ authenticates: true, authorizes: options.authorizes ?? false });
  const sourcesRepository = new SourcesRepository(db.runner);
  const writer = new SourceWriter(sourcesRepository, statuses, entries, sync);
  const registriesRepository = new RegistriesRepository(db.runner);
  const provisioning = new ProvisioningService(
    db.runner,
    sourcesRepository,
    writer,
    registriesRepository,
    new RetiredSourcesRepository(),
  );
  return {
    db,
    entries,
    sources: new SourcesService(db.runner, sourcesRepository, writer, statuses, sync, policy),
    registries: new RegistriesService(db.runner, registriesRepository, policy),
    provisioning,
    syncedIds,
    apply: (sources, registries = [], retentionMs = 30 * DAY_MS) =>
      provisioning.apply({ sources, registries, database: { retentionMs } }),
  };
}

/** Somebody with these claims and roles. */
export function newCaller(claims: Caller['claims'], ...roles: Role[]): Caller {
  return { subject: 'somebody', displayName: '', claims, roles: new Set(roles) };
}
