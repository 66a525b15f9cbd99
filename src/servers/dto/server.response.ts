import { ApiProperty } from '@nestjs/swagger';
import { ServerListMetadata, VersionListMetadata } from '../../catalog/dto/list-metadata.response.js';
import { OFFICIAL_META_KEY } from '../../model/official-status.js';
import { ServerDocument } from './server-document.response.js';

/** What the registry itself says about a version (MCP Registry API v0.1). */
export class OfficialServerMetadata {
  @ApiProperty({ description: 'State of life', enum: ['active', 'deprecated'] })
  readonly status!: string;

  @ApiProperty({ description: 'When the status last changed', format: 'date-time', example: '2026-01-01T12:00:00Z' })
  readonly statusChangedAt!: string;

  @ApiProperty({
    description: 'When this version was first stored',
    format: 'date-time',
    example: '2026-01-01T12:00:00Z',
  })
  readonly publishedAt!: string;

  @ApiProperty({ description: 'When its content last changed', format: 'date-time', example: '2026-01-01T12:00:00Z' })
  readonly updatedAt!: string;

  @ApiProperty({ description: 'Whether `latest` means this version', example: true })
  readonly isLatest!: boolean;
}

/** Metadata around a server. */
export class ServerEnvelopeMetadata {
  @ApiProperty({ name: OFFICIAL_META_KEY, description: 'What this registry says', type: OfficialServerMetadata })
  readonly [OFFICIAL_META_KEY]!: OfficialServerMetadata;
}

/** One version of a server. */
export class ServerResponse {
  @ApiProperty({ description: 'The document', type: ServerDocument })
  readonly server!: ServerDocument;

  @ApiProperty({ description: 'Metadata around it', type: ServerEnvelopeMetadata })
  readonly _meta!: ServerEnvelopeMetadata;
}

/** A page of servers. */
export class ServerListResponse {
  @ApiProperty({ description: 'One item per version, ordered by name and version', type: [ServerResponse] })
  readonly servers!: ServerResponse[];

  @ApiProperty({ description: 'About this page', type: ServerListMetadata })
  readonly metadata!: ServerListMetadata;
}

/** All versions of a server. */
export class ServerVersionsResponse {
  @ApiProperty({ description: 'The versions, newest first', type: [ServerResponse] })
  readonly servers!: ServerResponse[];

  @ApiProperty({ description: 'About this list', type: VersionListMetadata })
  readonly metadata!: VersionListMetadata;
}
