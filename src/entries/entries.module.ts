import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EntriesController } from './entries.controller.js';
import { EntriesService } from './entries.service.js';
import { EntryVersionEntity } from './entry-version.entity.js';
import { EntryWriter } from './entry-writer.js';
import { EntryEntity } from './entry.entity.js';
import { ManagedEntriesRepository } from './managed-entries.repository.js';

/** Entries as they are stored: the one writer of them, for all that bring entries, and the publishing API. */
@Module({
  imports: [TypeOrmModule.forFeature([EntryEntity, EntryVersionEntity])],
  controllers: [EntriesController],
  providers: [EntryWriter, EntriesService, ManagedEntriesRepository],
  exports: [EntryWriter],
})
export class EntriesModule {}
