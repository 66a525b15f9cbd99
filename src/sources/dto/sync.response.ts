import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { EntryTypeName } from './source-entries.response.js';
import { RejectedEntryResponse } from './source.response.js';

/** A pass has been started. */
export class SyncStartedResponse {
  @ApiProperty({ enum: ['syncing'], description: 'State of the source from now on' })
  phase!: 'syncing';
}

/** A version that a pass would touch. */
export class TouchedVersionResponse {
  @ApiProperty({ enum: ['MCP', 'SKILL', 'PLUGIN'], description: 'Kind of the entry; servers are MCP' })
  entryType!: EntryTypeName;

  @ApiPropertyOptional({ description: 'Namespace of a skill or plugin', example: 'io.example' })
  namespace?: string;

  @ApiProperty({ description: 'Name of the entry', example: 'io.example/fetch' })
  name!: string;

  @ApiProperty({ description: 'Version', example: '1.0.0' })
  version!: string;
}

/** How long the lists of a dry run are before they are cut. */
export class DryRunCountsResponse {
  @ApiProperty({ type: 'integer', description: 'Versions that would be added' })
  added!: number;

  @ApiProperty({ type: 'integer', description: 'Versions that would change' })
  changed!: number;

  @ApiProperty({ type: 'integer', description: 'Versions that would be removed' })
  removed!: number;

  @ApiProperty({ type: 'integer', description: 'Entries that would be left out' })
  rejected!: number;
}

/** What a pass would do (ahead.md P7). Each list is cut at 1000. */
export class DryRunResponse {
  @ApiProperty({ type: [TouchedVersionResponse], description: 'Versions that would be added' })
  added!: readonly TouchedVersionResponse[];

  @ApiProperty({ type: [TouchedVersionResponse], description: 'Versions that would change' })
  changed!: readonly TouchedVersionResponse[];

  @ApiProperty({ type: [TouchedVersionResponse], description: 'Versions that would be removed' })
  removed!: readonly TouchedVersionResponse[];

  @ApiProperty({ type: [RejectedEntryResponse], description: 'Entries that would be left out' })
  rejected!: readonly RejectedEntryResponse[];

  @ApiProperty({ type: DryRunCountsResponse, description: 'Full lengths of the lists' })
  counts!: DryRunCountsResponse;
}
