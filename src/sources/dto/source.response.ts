import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CLAIMS_SCHEMA } from '../../claims/claims-schema.js';
import type { Claims } from '../../claims/claims.js';
import type { CreationType, InvalidEntryPolicy, SourceFormat, SourceKind } from '../../model/source-settings.js';

/** An entry that a pass left out (ahead.md P3). */
export class RejectedEntryResponse {
  @ApiProperty({ description: 'Name of the entry, as far as it has one', example: 'io.example/broken' })
  name!: string;

  @ApiProperty({ description: 'Version of the entry, as far as it has one', example: '1.0.0' })
  version!: string;

  @ApiProperty({ description: 'JSON Pointer to what is wrong', example: '/data/servers/1/description' })
  path!: string;

  @ApiProperty({ description: 'What is wrong', example: 'description must be a string' })
  reason!: string;
}

/** How synchronising a source stands (sync spec 5.3). */
export class SyncStatusResponse {
  @ApiProperty({ enum: ['syncing', 'complete', 'failed'], description: 'State of the last or the present pass' })
  phase!: 'syncing' | 'complete' | 'failed';

  @ApiPropertyOptional({ format: 'date-time', description: 'When the last pass ended' })
  lastSyncTime?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'When the last or the present pass began' })
  lastAttempt?: string;

  @ApiProperty({ type: 'integer', description: 'Consecutive failed passes' })
  attemptCount!: number;

  @ApiProperty({ type: 'integer', description: 'Server versions stored by the last good pass' })
  serverCount!: number;

  @ApiProperty({ type: 'integer', description: 'Skill versions stored by the last good pass' })
  skillCount!: number;

  @ApiProperty({ type: 'integer', description: 'Plugin versions stored by the last good pass' })
  pluginCount!: number;

  @ApiPropertyOptional({ description: 'What the last pass came to', example: 'Sync completed successfully' })
  message?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'Entries that the last pass left out; absent when none' })
  rejected?: number;

  @ApiPropertyOptional({ type: [RejectedEntryResponse], description: 'Up to 50 of the entries left out' })
  rejectedEntries?: RejectedEntryResponse[];
}

/** A source (admin-api spec 4.1). */
export class SourceResponse {
  @ApiProperty({ description: 'Name of the source', example: 'catalogue' })
  name!: string;

  @ApiProperty({ enum: ['git', 'api', 'file', 'managed', 'kubernetes'], description: 'Kind of the source' })
  type!: SourceKind;

  @ApiProperty({ enum: ['CONFIG', 'API'], description: 'Who made it: the configuration file or this API' })
  creationType!: CreationType;

  @ApiProperty({ enum: ['git', 'api', 'file', 'managed', 'kubernetes'], description: 'The same as `type`' })
  sourceType!: SourceKind;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: "Settings of the kind; passwords in URLs are `***`, an api source's `auth` is left out",
    example: { path: '/data/registry.json' },
  })
  sourceConfig!: Record<string, unknown>;

  @ApiPropertyOptional({ enum: ['upstream', 'toolhive'], description: 'Format of the document, when it was set' })
  format?: SourceFormat;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'The filter as it was given' })
  filterConfig?: object;

  @ApiPropertyOptional({ description: 'Time between two passes', example: '30m0s' })
  syncSchedule?: string;

  @ApiPropertyOptional({
    enum: ['fail', 'skip'],
    description: 'What is done with invalid entries, when not the default',
  })
  onInvalidEntry?: InvalidEntryPolicy;

  @ApiPropertyOptional({ ...CLAIMS_SCHEMA, description: 'Who sees the source' })
  claims?: Claims;

  @ApiPropertyOptional({ type: SyncStatusResponse, description: 'In answers to GET only' })
  syncStatus?: SyncStatusResponse;

  @ApiProperty({ format: 'date-time', description: 'When the source was made', example: '2026-11-22T14:49:04.083623Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was last written', example: '2026-11-22T14:49:04.083623Z' })
  updatedAt!: string;
}

/** All sources that the caller may see. */
export class SourcesResponse {
  @ApiProperty({ type: [SourceResponse], description: 'Oldest first, then by name' })
  sources!: SourceResponse[];
}
