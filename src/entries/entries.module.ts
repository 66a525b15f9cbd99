import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EntriesController } from './entries.controller.js';
import { EntriesService } from './entries.service.js';
import { EntryVersionEntity } from './entry-version.entity.js';
import { EntryWriterModule } from './entry-writer.module.js';
import { EntryEntity } from './entry.entity.js';
import { ManagedEntriesRepository } from './managed-entries.repository.js';

/** Entries as they are stored, and the publishing API. */
@Module({
  imports: [TypeOrmModule.forFeature([EntryEntity, EntryVersionEntity]), EntryWriterModule],
  controllers: [EntriesController],
  providers: [EntriesService, ManagedEntriesRepository],
})
export class EntriesModule {}
