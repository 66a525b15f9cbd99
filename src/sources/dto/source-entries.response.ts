import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CLAIMS_SCHEMA } from '../../claims/claims-schema.js';
import type { Claims } from '../../claims/claims.js';
import type { ENTRY_TYPE_NAMES } from '../../model/entry-kind.js';

/** Name of an entry's kind in administrative answers. */
export type EntryTypeName = (typeof ENTRY_TYPE_NAMES)[keyof typeof ENTRY_TYPE_NAMES];

/** One version of an entry. */
export class EntryVersionResponse {
  @ApiProperty({ description: 'Version, as it stands in the document', example: '1.0.0' })
  version!: string;

  @ApiPropertyOptional({ description: 'Title, when the document has one', example: 'Fetch' })
  title?: string;

  @ApiPropertyOptional({ description: 'Description, when the document has one', example: 'Fetches web pages' })
  description?: string;

  @ApiProperty({ format: 'date-time', description: 'When the version was first stored' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it last changed' })
  updatedAt!: string;
}

/** One entry of a source with all its versions. */
export class SourceEntryResponse {
  @ApiProperty({ enum: ['MCP', 'SKILL', 'PLUGIN'], description: 'Kind of the entry; servers are MCP' })
  entryType!: EntryTypeName;

  @ApiProperty({ description: 'Name; of a skill or plugin without its namespace', example: 'io.example/fetch' })
  name!: string;

  @ApiPropertyOptional({ ...CLAIMS_SCHEMA, description: 'Who sees the entry' })
  claims?: Claims;

  @ApiProperty({ type: [EntryVersionResponse], description: 'In plain string order' })
  versions!: EntryVersionResponse[];
}

/** Everything that a source holds and the caller may see. */
export class SourceEntriesResponse {
  @ApiProperty({ type: [SourceEntryResponse], description: 'By name' })
  entries!: SourceEntryResponse[];
}
