import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** A published server: the document as it was stored, with every member that was sent. */
export class PublishedServerResponse {
  @ApiProperty({
    description: 'The current schema, whatever the document named',
    example: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  })
  $schema!: string;

  @ApiProperty({ description: '`namespace/name`', example: 'io.github.acme/weather' })
  name!: string;

  @ApiProperty({ description: 'Empty when none was sent', example: 'Forecasts for every place on earth' })
  description!: string;

  @ApiProperty({ description: 'The version', example: '1.0.0' })
  version!: string;

  @ApiProperty({ description: 'Metadata of the publisher', type: 'object', additionalProperties: true, example: {} })
  _meta!: Record<string, unknown>;
}

/** A published skill or plugin: the document as it was stored, and what the registry says about it. */
export class PublishedExtensionResponse {
  @ApiProperty({
    description: 'Identity of this version',
    format: 'uuid',
    example: 'c5350b82-86cd-45ac-9fb1-fa9ed9b543c8',
  })
  id!: string;

  @ApiProperty({ description: 'The namespace', example: 'io.github.acme' })
  namespace!: string;

  @ApiProperty({ description: 'The name, without its namespace', example: 'release-notes' })
  name!: string;

  @ApiProperty({ description: 'The version', example: '1.0.0' })
  version!: string;

  @ApiProperty({ description: 'Empty when none was sent', example: 'Writes release notes' })
  description!: string;

  @ApiProperty({ description: 'The status', enum: ['ACTIVE', 'DEPRECATED', 'ARCHIVED'], example: 'ACTIVE' })
  status!: string;

  @ApiProperty({ description: 'Empty when none was sent', type: 'object', additionalProperties: true, example: {} })
  repository!: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'True when this is now the latest version, else absent', example: true })
  isLatest?: boolean;

  @ApiProperty({
    description: 'When this version was published',
    format: 'date-time',
    example: '2026-11-22T14:50:12.327Z',
  })
  createdAt!: string;

  @ApiProperty({
    description: 'When this version last changed',
    format: 'date-time',
    example: '2026-11-22T14:50:12.327Z',
  })
  updatedAt!: string;
}
