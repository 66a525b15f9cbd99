import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EntriesController } from './entries.controller.js';
import { EntriesService } from './entries.service.js';
import { EntryVersionEntity } from './entry-version.entity.js';
import { EntryWriterModule } from './entry-writer.module.js';
import { EntryEntity } from './entry.entity.js';
import { ManagedEntriesRepository } from './managed-entries.repository.js';

/** The publishing API, and the writer for rooms that bring entries. */
@Module({
  imports: [TypeOrmModule.forFeature([EntryEntity, EntryVersionEntity]), EntryWriterModule],
  controllers: [EntriesController],
  providers: [EntriesService, ManagedEntriesRepository],
  exports: [EntryWriterModule],
})
export class EntriesModule {}
