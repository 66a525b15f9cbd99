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
import { PassFollower } from '../../src/sources/pass-follower.js';
import { SourceEntity } from '../../src/sources/source.entity.js';
import { SourceWriter } from '../../src/sources/source-writer.js';
import { SourcesRepository } from '../../src/sources/sources.repository.js';
import { SourcesService } from '../../src/sources/sources.service.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { ENTRY_ENTITIES } from './entries.js';
import { createSyncProcess, type SyncProcess } from './sync.js';

/** The administration of sources and registries on a database of a test's own. */
export interface Administration {
  readonly db: TestDatabase;
  readonly entries: EntryWriter;
  readonly sources: SourcesService;
  readonly registries: RegistriesService;
  readonly provisioning: ProvisioningService;
  /** Background synchronisation: not running before its `start()`. */
  readonly sync: SyncProcess;
  /** Applies the sources and registries of a configuration file. */
  apply(sources: SourceDefinition[], registries?: RegistryDefinition[], retentionMs?: number): Promise<void>;
  /** Stops everything and drops the database. */
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;

/**
 * Creates the services on a fresh database.
 * @param options.authorizes - whether claims of callers are compared
 */
export async function createAdministration(options: { authorizes?: boolean } = {}): Promise<Administration> {
  const db = await createTestDatabase({
    entities: [SourceEntity, RegistryEntity, RegistrySourceEntity, ...ENTRY_ENTITIES],
  });
  const sync = createSyncProcess(db);
  const entries = new EntryWriter();
  const policy = new AccessPolicy({ authenticates: true, authorizes: options.authorizes ?? false });
  const sourcesRepository = new SourcesRepository(db.runner);
  const writer = new SourceWriter(sourcesRepository, sync.status, entries, sync.inlineDocuments);
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
    sources: new SourcesService(
      db.runner,
      sourcesRepository,
      writer,
      sync.status,
      new PassFollower(db.changeFeed),
      sync.inlineDocuments,
      sync.service,
      policy,
    ),
    registries: new RegistriesService(db.runner, registriesRepository, policy),
    provisioning,
    sync,
    apply: (sources, registries = [], retentionMs = 30 * DAY_MS) =>
      provisioning.apply({ sources, registries, database: { retentionMs } }),
    close: async () => {
      await sync.stop();
      await db.drop();
    },
  };
}

/** Somebody with these claims and roles. */
export function newCaller(claims: Caller['claims'], ...roles: Role[]): Caller {
  return { subject: 'somebody', displayName: '', claims, roles: new Set(roles) };
}
