import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ExtensionDocument } from '../../catalog/dto/extension.response.js';
import { ListMetadata, VersionListMetadata } from '../../catalog/dto/list-metadata.response.js';

/** One version of a skill. */
export class SkillResponse extends ExtensionDocument {
  @ApiPropertyOptional({ description: 'What the skill needs', example: 'python 3.12' })
  readonly compatibility?: string;

  @ApiPropertyOptional({ description: 'Tools that the skill may use', type: [String], example: ['Read'] })
  readonly allowedTools?: string[];
}

/** A page of skills. */
export class SkillListResponse {
  @ApiProperty({ description: 'One item per version, ordered by name and version', type: [SkillResponse] })
  readonly skills!: SkillResponse[];

  @ApiProperty({ description: 'About this page', type: ListMetadata })
  readonly metadata!: ListMetadata;
}

/** All versions of a skill. */
export class SkillVersionsResponse {
  @ApiProperty({ description: 'The versions, ordered as texts', type: [SkillResponse] })
  readonly skills!: SkillResponse[];

  @ApiProperty({ description: 'About this list', type: VersionListMetadata })
  readonly metadata!: VersionListMetadata;
}
