import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Where the source code is. */
export class ExtensionRepository {
  @ApiPropertyOptional({ description: 'Address of the repository', example: 'https://github.com/example/skills' })
  readonly url?: string;

  @ApiPropertyOptional({ description: 'Kind of the repository', example: 'git' })
  readonly type?: string;
}

/** A picture to show. */
export class ExtensionIcon {
  @ApiPropertyOptional({ description: 'Address of the picture', example: 'https://example.com/icon.png' })
  readonly src?: string;

  @ApiPropertyOptional({ description: 'Size in pixels', example: '32x32' })
  readonly size?: string;

  @ApiPropertyOptional({ description: 'Media type', example: 'image/png' })
  readonly type?: string;

  @ApiPropertyOptional({ description: 'Text that stands for the picture' })
  readonly label?: string;
}

/** Where to get it: an OCI artifact or a folder of a git repository. */
export class ExtensionPackage {
  @ApiProperty({ description: 'Kind of the package', enum: ['oci', 'git'] })
  readonly registryType!: string;

  @ApiPropertyOptional({ description: 'oci: reference of the artifact', example: 'ghcr.io/example/skills/pdf:1.0.0' })
  readonly identifier?: string;

  @ApiPropertyOptional({ description: 'oci: digest of the artifact', example: 'sha256:abc123' })
  readonly digest?: string;

  @ApiPropertyOptional({ description: 'oci: media type of the artifact' })
  readonly mediaType?: string;

  @ApiPropertyOptional({ description: 'git: address of the repository' })
  readonly url?: string;

  @ApiPropertyOptional({ description: 'git: branch or tag' })
  readonly ref?: string;

  @ApiPropertyOptional({ description: 'git: commit' })
  readonly commit?: string;

  @ApiPropertyOptional({ description: 'git: folder' })
  readonly subfolder?: string;
}

/** What skills and plugins have in common; members that are not named here are returned as they were published. */
export class ExtensionDocument {
  @ApiProperty({ description: 'Reverse-DNS namespace', example: 'io.example' })
  readonly namespace!: string;

  @ApiProperty({ description: 'Name within the namespace', example: 'pdf-reader' })
  readonly name!: string;

  @ApiProperty({ description: 'What it is for', example: 'Reads PDF files' })
  readonly description!: string;

  @ApiProperty({ description: 'Version', example: '1.10.0' })
  readonly version!: string;

  @ApiProperty({ description: 'State of life', enum: ['ACTIVE', 'DEPRECATED', 'ARCHIVED'] })
  readonly status!: string;

  @ApiPropertyOptional({ description: 'Name to show', example: 'PDF reader' })
  readonly title?: string;

  @ApiPropertyOptional({ description: 'Licence, as an SPDX expression', example: 'Apache-2.0' })
  readonly license?: string;

  @ApiPropertyOptional({ description: 'Where the source code is', type: ExtensionRepository })
  readonly repository?: ExtensionRepository;

  @ApiPropertyOptional({ description: 'Pictures to show', type: [ExtensionIcon] })
  readonly icons?: ExtensionIcon[];

  @ApiPropertyOptional({ description: 'Where to get it: OCI packages first', type: [ExtensionPackage] })
  readonly packages?: ExtensionPackage[];

  @ApiPropertyOptional({ description: 'Any JSON object', type: 'object', additionalProperties: true })
  readonly metadata?: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'Any JSON object', type: 'object', additionalProperties: true })
  readonly _meta?: Record<string, unknown>;
}
