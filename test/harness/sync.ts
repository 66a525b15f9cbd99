import type { SourceSettings } from '../../src/model/source-settings.js';
import { EntryWriter } from '../../src/entries/entry-writer.js';
import { DocumentParser } from '../../src/sync/document-parser.js';
import { DocumentReader } from '../../src/sync/document-reader.js';
import { DryRun } from '../../src/sync/dry-run.js';
import { ApiSourceFetcher } from '../../src/sync/fetchers/api-source.fetcher.js';
import { FileSourceFetcher } from '../../src/sync/fetchers/file-source.fetcher.js';
import { GitSourceFetcher } from '../../src/sync/fetchers/git-source.fetcher.js';
import { GitProgram } from '../../src/sync/fetchers/git/git-program.js';
import { HttpClients } from '../../src/sync/http/http-clients.js';
import { InlineDocuments } from '../../src/sync/inline-documents.js';
import { LeaseRepository } from '../../src/sync/lease.repository.js';
import type { ScheduledSource } from '../../src/sync/source-content.js';
import { SourceReader } from '../../src/sync/source-reader.js';
import { StoredVersionsRepository } from '../../src/sync/stored-versions.repository.js';
import type { SyncOptions } from '../../src/sync/sync-options.js';
import { SyncPass } from '../../src/sync/sync-pass.js';
import { SyncScheduler } from '../../src/sync/sync-scheduler.js';
import { SyncService } from '../../src/sync/sync-service.js';
import { SyncStatusRepository } from '../../src/sync/sync-status.repository.js';
import type { TestDatabase } from './database.js';

/** The synchronisation of one process, put together as the module does. */
export interface SyncProcess {
  readonly scheduler: SyncScheduler;
  readonly service: SyncService;
  readonly inlineDocuments: InlineDocuments;
  readonly status: SyncStatusRepository;
  readonly leases: LeaseRepository;
  /** Begins to look for due sources, once a second and when woken. */
  start(): void;
  stop(): Promise<void>;
}

/** Puts the synchronisation together on a database; several on one database are several replicas. */
export function createSyncProcess(db: TestDatabase, overrides: Partial<SyncOptions> = {}): SyncProcess {
  const options: SyncOptions = {
    maxMetaSize: 262_144,
    guardsApiSources: false,
    claimsDueSources: true,
    maxPasses: 32,
    maxStoring: 2,
    leaseMs: 15_000,
    ...overrides,
  };
  const clients = new HttpClients(options);
  const parser = new DocumentParser(options);
  const reader = new SourceReader(
    new DocumentReader(parser),
    new FileSourceFetcher(),
    new GitSourceFetcher(new GitProgram()),
    new ApiSourceFetcher(options),
    clients,
  );
  const writer = new EntryWriter();
  const status = new SyncStatusRepository(db.runner);
  const leases = new LeaseRepository(db.runner);
  const pass = new SyncPass(db.runner, leases, writer, reader, options);
  const scheduler = new SyncScheduler(leases, pass, db.changeFeed, options);
  const dryRun = new DryRun(reader, new StoredVersionsRepository(db.runner));
  const service = new SyncService(scheduler, dryRun);
  const inlineDocuments = new InlineDocuments(parser, writer, status);
  let timer: NodeJS.Timeout | undefined;
  return {
    scheduler,
    service,
    inlineDocuments,
    status,
    leases,
    start: () => {
      void scheduler.onApplicationBootstrap();
      timer = setInterval(() => scheduler.wake(), 1_000);
    },
    stop: async () => {
      clearInterval(timer);
      await scheduler.beforeApplicationShutdown();
      await clients.onApplicationShutdown();
    },
  };
}

/** A source as tests define it. */
export interface TestSource {
  readonly name?: string;
  readonly settings: SourceSettings;
  readonly intervalMs?: number;
  readonly filter?: ScheduledSource['filter'];
  readonly onInvalidEntry?: ScheduledSource['onInvalidEntry'];
  readonly claims?: Record<string, string>;
  readonly creationType?: 'CONFIG' | 'API';
}

/** Creates or replaces a source with its status row, as the administration does. @returns its id */
export async function putSource(db: TestDatabase, source: TestSource, previous?: TestSource): Promise<number> {
  const { name = 'src', settings, intervalMs = 3_600_000, filter = null, onInvalidEntry = null } = source;
  const { claims = null, creationType = 'CONFIG' } = source;
  const block = (settings as unknown as Record<string, unknown>)[settings.kind];
  const status = new SyncStatusRepository(db.runner);
  return db.runner.run(
    async (tx) => {
      const [row] = await tx.query<{ id: number }[]>(
        `INSERT INTO source (name, kind, creation_type, settings, filter, sync_interval_microseconds, on_invalid_entry, claims)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, settings = excluded.settings, filter = excluded.filter,
           sync_interval_microseconds = excluded.sync_interval_microseconds,
           on_invalid_entry = excluded.on_invalid_entry, claims = excluded.claims, updated_at = now()
         RETURNING id`,
        [
          name,
          settings.kind,
          creationType,
          JSON.stringify(block),
          filter && JSON.stringify(filter),
          intervalMs * 1000,
          onInvalidEntry,
          claims && JSON.stringify(claims),
        ],
      );
      const id = row!.id;
      await status.place(
        tx,
        { id, settings, creationType, filter, onInvalidEntry, intervalMicroseconds: intervalMs * 1000 },
        previous && { filter: null, onInvalidEntry: null, ...previous },
      );
      return id;
    },
    { announce: 'here' },
  );
}

/** What a source holds, as sorted `kind name@version` texts. */
export async function storedVersions(db: TestDatabase, sourceId: number): Promise<string[]> {
  const rows = await db.runner.query<{ text: string }>(
    `SELECT e.kind || ' ' || e.name || '@' || v.version AS text
     FROM entry e JOIN entry_version v ON v.entry_id = e.id WHERE e.source_id = $1`,
    [sourceId],
  );
  return rows.map(({ text }) => text).toSorted();
}
