import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { PROCESS_ROLE } from '../common/process-role.js';
import { REGISTRY_CONFIG } from '../config/config.js';
import { EntryWriterModule } from '../entries/entry-writer.module.js';
import { DocumentParser } from './document-parser.js';
import { DocumentReader } from './document-reader.js';
import { DryRun } from './dry-run.js';
import { ApiSourceFetcher } from './fetchers/api-source.fetcher.js';
import { FileSourceFetcher } from './fetchers/file-source.fetcher.js';
import { GitProgram } from './fetchers/git/git-program.js';
import { GitSourceFetcher } from './fetchers/git-source.fetcher.js';
import { HttpClients } from './http/http-clients.js';
import { InlineDocuments } from './inline-documents.js';
import { LeaseRepository } from './lease.repository.js';
import { SourceReader } from './source-reader.js';
import { StoredVersionsRepository } from './stored-versions.repository.js';
import { SYNC_OPTIONS, toSyncOptions } from './sync-options.js';
import { SyncPass } from './sync-pass.js';
import { SyncScheduler } from './sync-scheduler.js';
import { SyncService } from './sync-service.js';
import { SyncStatusRepository } from './sync-status.repository.js';

/** Synchronisation of sources in the background and on demand; needs the global database module and configuration. */
@Module({
  imports: [ScheduleModule.forRoot(), EntryWriterModule],
  providers: [
    { provide: SYNC_OPTIONS, inject: [REGISTRY_CONFIG, PROCESS_ROLE], useFactory: toSyncOptions },
    LeaseRepository,
    SyncStatusRepository,
    StoredVersionsRepository,
    HttpClients,
    DocumentParser,
    DocumentReader,
    FileSourceFetcher,
    { provide: GitProgram, useFactory: () => new GitProgram() },
    GitSourceFetcher,
    ApiSourceFetcher,
    SourceReader,
    SyncPass,
    SyncScheduler,
    DryRun,
    InlineDocuments,
    SyncService,
  ],
  exports: [InlineDocuments, SyncService, SyncStatusRepository],
})
export class SyncModule {}
