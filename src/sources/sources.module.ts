import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EntriesModule } from '../entries/entries.module.js';
import { SyncModule } from '../sync/sync.module.js';
import { PassFollower } from './pass-follower.js';
import { SourceWriter } from './source-writer.js';
import { SourceEntity } from './source.entity.js';
import { SourcesController } from './sources.controller.js';
import { SourcesRepository } from './sources.repository.js';
import { SourcesService } from './sources.service.js';

/** Sources and their administrative API. */
@Module({
  imports: [TypeOrmModule.forFeature([SourceEntity]), EntriesModule, SyncModule],
  controllers: [SourcesController],
  providers: [PassFollower, SourcesRepository, SourceWriter, SourcesService],
  exports: [SourcesRepository, SourceWriter],
})
export class SourcesModule {}
