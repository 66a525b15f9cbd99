import { Module } from '@nestjs/common';
import { EntryWriter } from './entry-writer.js';

/** The writer alone, for rooms that bring entries. */
@Module({ providers: [EntryWriter], exports: [EntryWriter] })
export class EntryWriterModule {}
